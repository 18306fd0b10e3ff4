/** Whose page it is: what the server has written into its head, the same in the site and in the admin. */

/**
 * The data of the signed-in person; empty for a visitor.
 * @param {Document} page
 * @returns {DOMStringMap}
 */
export const viewerOf = (page = document) =>
  /** @type {HTMLElement | null} */ (page.querySelector('meta[name="viewer"]'))?.dataset ?? {};

/** Finding, cloning and filling markup that the server has written. */

/**
 * The targets of an element: every `data-ref` inside it, by name; the first one wins.
 * @param {ParentNode} root
 * @returns {Record<string, any>}
 */
export function refs(root) {
  const found = [...root.querySelectorAll("[data-ref]")].reverse();
  return Object.fromEntries(found.map((target) => [target.getAttribute("data-ref"), target]));
}

/**
 * The first element of a fresh copy of a template.
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement}
 */
export function clone(template) {
  return /** @type {HTMLElement} */ (
    /** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild
  );
}

/**
 * Writes values into the `data-field`s they name: times and links by attribute, the rest as text.
 * @param {ParentNode} root
 * @param {Record<string, string | number | null | undefined>} values
 */
export function fill(root, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const target of root.querySelectorAll(`[data-field="${name}"]`)) {
      const text = value == null ? "" : String(value);
      if (target instanceof HTMLTimeElement) target.dateTime = text;
      else if (target instanceof HTMLAnchorElement) {
        target.href = text;
        target.hidden = !text;
      } else target.textContent = text;
    }
  }
}

/**
 * Shows a person's photo, or the initials on their hue.
 * @param {HTMLElement} avatar
 * @param {{initials: string, hue: number, photo: string | null}} person
 */
export function portray(avatar, { initials, hue, photo }) {
  avatar.dataset.hue = String(hue);
  if (!photo) {
    avatar.textContent = initials;
    return;
  }
  const image = Object.assign(new Image(80, 80), { src: photo, alt: initials });
  avatar.replaceChildren(image);
}

/**
 * @param {string | undefined} words with placeholders such as `{count}`
 * @param {Record<string, string | number>} values
 */
export const phrase = (words, values) =>
  (words ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/gi;

/**
 * Makes the addresses in an element's text into links, as nodes; nothing is parsed as HTML.
 * @param {Element} element
 */
export function linkify(element) {
  const text = element.textContent ?? "";
  /** @type {(string | Node)[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    const link = document.createElement("a");
    Object.assign(link, { href: found[0], textContent: found[0], target: "_blank", rel: "noopener noreferrer nofollow" });
    parts.push(text.slice(end, found.index), link);
    end = found.index + found[0].length;
  }
  if (end) element.replaceChildren(...parts, text.slice(end));
}

/** Who is about at the end of the page is there afterwards. @param {() => void} change */
export function stayAtEnd(change) {
  const furthest = () => document.documentElement.scrollHeight - innerHeight;
  const isAtEnd = scrollY > furthest() - 64;
  change();
  if (isAtEnd) scrollTo(0, furthest());
}

/** Whether someone looks at this page now. */
export const isWatched = () => document.visibilityState === "visible" && document.hasFocus();

/** Whether fingers are what this device is used with. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** A random id that also works where the page is not a secure context. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

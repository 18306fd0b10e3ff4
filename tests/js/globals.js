/** What browsers have and an older Node lacks. */

globalThis.CustomEvent ??= class CustomEvent extends Event {
  /** @param {string} type @param {{detail?: any} & EventInit} [options] */
  constructor(type, { detail = null, ...options } = {}) {
    super(type, options);
    this.detail = detail;
  }
};

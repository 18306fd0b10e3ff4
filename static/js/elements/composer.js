/** Where a message is written; says `telemed-post`, `telemed-draft` and `telemed-typing`. */

import { isTouch, phrase, refs } from "../lib/dom.js";
import { debounce } from "../lib/timing.js";

const TYPING_EVERY = 3_000;
const WARN_BELOW = 200;

class Composer extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #typedAt = 0;
  #saved = "";
  #save = debounce(() => this.#saveDraft(), 1_000);

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { form, input, send } = refs(this);
    this.#saved = input.value;
    input.addEventListener("input", () => this.#changed(), { signal });
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event), { signal });
    form.addEventListener("submit", (/** @type {Event} */ event) => this.#submit(event), { signal });
    // The focus stays: on a phone the page moves when it goes, and the tap would miss the button.
    send.addEventListener("mousedown", (/** @type {Event} */ event) => event.preventDefault(), { signal });
    // A page that is loaded again asks for the draft before it hides.
    for (const leave of ["beforeunload", "pagehide"]) addEventListener(leave, () => this.#save.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#save.flush(), { signal });
    this.#fit();
    this.#count();
  }

  disconnectedCallback() {
    this.#save.flush();
    this.#listening?.abort();
  }

  /** Says the draft again, when what was said may have been lost. */
  repeatDraft() {
    if (refs(this).input.value !== this.#saved) this.#saveDraft();
  }

  #changed() {
    this.#fit();
    this.#count();
    this.#save();
    if (!refs(this).input.value || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#say("telemed-typing");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // Enter that ends a composition (IME) chooses a word; on touch it is the only way to a new line.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || isTouch()) return;
    event.preventDefault();
    refs(this).form.requestSubmit();
  }

  /** @param {Event} event */
  #submit(event) {
    const { input } = refs(this);
    const body = input.value.trim();
    const fits = body !== "" && this.#left() >= 0;
    // Where nobody takes it, as on the page of a first message, the form posts itself.
    if (fits && this.#say("telemed-post", { body })) return;
    event.preventDefault();
    input.focus();
    if (!fits) return;
    input.value = "";
    this.#typedAt = 0;
    this.#fit();
    this.#count();
    this.#save.flush();
    this.#saveDraft();
  }

  #saveDraft() {
    const body = refs(this).input.value;
    if (body === this.#saved || this.#left() < 0) return;
    // Whoever carries it says whether it went; otherwise it is said again after the reconnect.
    if (!this.#say("telemed-draft", { body })) this.#saved = body;
  }

  /** Characters as people and the server count them, not UTF-16 units. */
  #left() {
    return Number(this.dataset.limit) - [...refs(this).input.value.trim()].length;
  }

  #count() {
    const { limit, input } = refs(this);
    const left = this.#left();
    limit.hidden = left >= WARN_BELOW;
    limit.textContent = left < 0 ? phrase(this.dataset.over, { count: -left }) : phrase(this.dataset.left, { count: left });
    if (left < 0) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  /** Browsers without `field-sizing` are told the height. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    const { input } = refs(this);
    input.style.blockSize = "auto";
    input.style.blockSize = `${input.scrollHeight}px`;
  }

  /**
   * Answers true when nobody has taken it (by `preventDefault`).
   * @param {string} name
   * @param {object} [detail]
   */
  #say(name, detail = {}) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
  }
}

customElements.define("telemed-composer", Composer);

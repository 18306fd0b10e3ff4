/** Scrolling of a log: stays where the reader is, follows at the end, and counts what came below. */

import { phrase } from "../lib/dom.js";

export const NEAR = 100;

export class Scrolling {
  #log;
  #jump;
  #words;
  #missed = 0;
  #follows = true;

  /**
   * @param {HTMLElement} log
   * @param {HTMLElement} jump the button to the newest, with its words in data-attributes
   * @param {HTMLElement} words
   * @param {AbortSignal} signal
   */
  constructor(log, jump, words, signal) {
    this.#log = log;
    this.#jump = jump;
    this.#words = words;
    log.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    jump.addEventListener("click", () => this.toEnd("smooth"), { signal });
    // The window, the composer or a picture changed size: who was at the end stays there.
    const sizes = new ResizeObserver(() => this.#follows && this.toEnd());
    sizes.observe(log);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** Whether the reader is at the end, or near enough. */
  get isNear() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
  }

  /** @param {ScrollBehavior} [behavior] */
  toEnd(behavior = "instant") {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#log.scrollTo({ top: this.#log.scrollHeight, behavior: calm ? "instant" : behavior });
    this.#missed = 0;
    this.#follows = true;
    this.#show();
  }

  /**
   * Shows from here on, when the end would leave it out of sight.
   * @param {HTMLElement} start
   */
  toStart(start) {
    this.toEnd();
    const hidden = this.#log.getBoundingClientRect().top - start.getBoundingClientRect().top;
    if (hidden <= 0) return;
    this.#log.scrollBy({ top: -hidden, behavior: "instant" });
    this.#scrolled();
  }

  /**
   * Adds below: a reader at the end follows, another one learns how many.
   * @param {() => void} change
   * @param {boolean} counts
   */
  append(change, counts) {
    const follow = this.#follows;
    change();
    if (follow) {
      this.toEnd();
      return;
    }
    if (counts) this.#missed += 1;
    this.#show();
  }

  /**
   * Adds above, with what is read staying where it is.
   * @param {() => void} change
   */
  prepend(change) {
    const below = this.#log.scrollHeight - this.#log.scrollTop;
    change();
    this.#log.scrollTo({ top: this.#log.scrollHeight - below, behavior: "instant" });
  }

  #scrolled() {
    this.#follows = this.isNear;
    if (this.#follows) this.#missed = 0;
    this.#show();
  }

  #show() {
    const { one, many, none } = this.#jump.dataset;
    const words = this.#missed > 1 ? many : this.#missed ? one : none;
    this.#words.textContent = phrase(words, { count: this.#missed });
    this.#jump.hidden = this.#follows;
  }
}

/** The line that says who is typing, for five seconds at a time. */

import { phrase } from "../lib/dom.js";

const LIFE = 5_000;

export class Typing {
  #line;
  #words;
  #member = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} line
   * @param {HTMLElement} words
   */
  constructor(line, words) {
    this.#line = line;
    this.#words = words;
  }

  /** @param {{member: string, name: string}} typed */
  show({ member, name }) {
    clearTimeout(this.#timer);
    this.#member = member;
    this.#words.textContent = phrase(this.#words.dataset.words, { name });
    this.#line.hidden = false;
    this.#timer = setTimeout(() => this.hide(member), LIFE);
  }

  /** @param {string} member who has stopped, by sending or by silence */
  hide(member) {
    if (member === this.#member) this.#line.hidden = true;
  }
}

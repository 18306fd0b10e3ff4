/** Ready answers: chosen from a list, or called by typing a slash and their shortcut into the reply. */

import { refs } from "../lib/dom.js";
import { COMPOSER } from "./desk_keys.js";

const CALLED = /(^|\s)\/([\w-]+)$/;
const ASKED = /^\/[\w-]*$/;
const TAKES = new Set(["Enter", "Tab", " "]);

class Canned extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { dialog, search, list } = refs(this);
    const pane = this.closest("telemed-conversation") ?? document;
    const opener = /** @type {HTMLElement | null} */ (pane.querySelector("[data-ref=openCanned]"));
    if (opener) opener.hidden = false;
    opener?.addEventListener("click", () => this.#open(), { signal });
    search.addEventListener("input", () => this.#find(search.value), { signal });
    search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#first(event), { signal });
    list.addEventListener("click", (/** @type {Event} */ event) => this.#choose(event), { signal });
    dialog.addEventListener("close", () => this.#input?.focus(), { signal });
    // Before the composer, which would send at Enter.
    document.addEventListener("keydown", (event) => this.#called(event), { signal, capture: true });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @returns {HTMLTextAreaElement | null} */
  get #input() {
    return document.querySelector(COMPOSER);
  }

  /** @returns {HTMLElement[]} */
  get #answers() {
    return [...refs(this).list.querySelectorAll("[data-shortcut]")];
  }

  #open(words = "") {
    const { dialog, search } = refs(this);
    search.value = words;
    this.#find(words);
    dialog.showModal();
    search.focus();
  }

  /** @param {string} words */
  #find(words) {
    const wanted = words.trim().toLowerCase().replace(/^\//, "");
    for (const answer of this.#answers) {
      const said = `${answer.dataset.shortcut} ${answer.textContent}`.toLowerCase();
      const item = /** @type {HTMLElement} */ (answer.closest("li"));
      item.hidden = !said.includes(wanted);
    }
  }

  /** @param {KeyboardEvent} event */
  #first(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.#answers.find((answer) => !answer.closest("li")?.hidden)?.click();
  }

  /** @param {Event} event */
  #choose({ target }) {
    const answer = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-shortcut]"));
    if (!answer) return;
    refs(this).dialog.close();
    const input = this.#input;
    if (input && ASKED.test(input.value)) input.select();
    if (input) this.#insert(input, input.selectionStart, answer.dataset.text ?? "");
  }

  /** @param {KeyboardEvent} event */
  #called(event) {
    const input = this.#input;
    if (!input || event.target !== input || !TAKES.has(event.key) || event.isComposing) return;
    const before = input.value.slice(0, input.selectionStart);
    const name = CALLED.exec(before)?.[2];
    const answer = name && this.#answers.find(({ dataset }) => dataset.shortcut === name.toLowerCase());
    // What is a slash alone, or names none of them, is sent to nobody: the list helps.
    const isLost = !answer && event.key === "Enter" && ASKED.test(input.value);
    if (!answer && !isLost) return;
    event.preventDefault();
    event.stopPropagation();
    if (!answer) this.#open(input.value.slice(1));
    else this.#insert(input, before.length - name.length - 1, answer.dataset.text ?? "");
  }

  /**
   * In the place of what stands between `from` and the caret.
   * @param {HTMLTextAreaElement} input
   * @param {number} from
   * @param {string} words
   */
  #insert(input, from, words) {
    input.setRangeText(words, from, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }
}

customElements.define("telemed-canned", Canned);

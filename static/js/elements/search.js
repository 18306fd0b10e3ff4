/** Answers as one types: the part of a page that the server makes for these words. */

import { isTouch, phrase, refs } from "../lib/dom.js";
import { debounce } from "../lib/timing.js";

class Search extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {AbortController | undefined} */
  #asking;
  #shown = "";
  #look = debounce(() => this.#ask(), 250);

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { words, form } = refs(this);
    this.#shown = words.value.trim();
    words.addEventListener("input", () => this.#look(), { signal });
    form?.addEventListener("submit", (/** @type {Event} */ event) => this.#submitted(event), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#asking?.abort();
  }

  /** Who is done typing wants to see what was found. @param {Event} event */
  async #submitted(event) {
    event.preventDefault();
    if (isTouch()) refs(this).words.blur();
    await this.#ask();
    this.#found?.scrollIntoView({ block: "nearest" });
  }

  get #found() {
    return this.querySelector(`#${this.dataset.takes ?? "answers"}`);
  }

  async #ask() {
    const asked = refs(this).words.value.trim();
    if (asked === this.#shown) return;
    this.#asking?.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const query = new URLSearchParams({ q: asked });
    const page = await fetch(`${this.dataset.address}?${query}`, { signal }).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "");
    if (page && !signal.aborted) this.#show(asked, new DOMParser().parseFromString(page, "text/html"));
  }

  /**
   * @param {string} asked
   * @param {Document} page
   */
  #show(asked, page) {
    const old = this.#found;
    const fresh = old && page.getElementById(old.id);
    if (!fresh) return;
    this.#shown = asked;
    old.replaceWith(document.importNode(fresh, true));
    this.#tell(asked, Number(fresh.dataset.count ?? 0));
  }

  /**
   * @param {string} asked
   * @param {number} count
   */
  #tell(asked, count) {
    const { one, many, none } = this.dataset;
    const words = count > 1 ? phrase(many, { count }) : count ? one : none;
    refs(this).count.textContent = asked ? words ?? "" : "";
  }
}

customElements.define("telemed-search", Search);

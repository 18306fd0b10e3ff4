/** Older messages, fetched by pages as the reader scrolls up. */

import { get } from "../lib/http.js";

/** @typedef {import("../models/thread.js").Message} Message */

const PAGE = 50;
const NEAR_THE_TOP = 300;

export class History {
  #root;
  #url;
  #log;
  #scrolling;
  #hasMore;
  #loading = false;

  /**
   * @param {{root: HTMLElement, url: string, hasMore: boolean, log: import("./message_log.js").MessageLog,
   *   scrolling: import("./scrolling.js").Scrolling}} options
   */
  constructor({ root, url, hasMore, log, scrolling }) {
    this.#root = root;
    this.#url = url;
    this.#hasMore = hasMore;
    this.#log = log;
    this.#scrolling = scrolling;
  }

  /**
   * Whether a message lies further up than this page goes.
   * @param {Message} message
   */
  isBeyond({ seq }) {
    return this.#hasMore && seq < this.#log.oldest;
  }

  async scrolled() {
    if (this.#loading || !this.#hasMore || this.#root.scrollTop > NEAR_THE_TOP) return;
    this.#loading = true;
    const page = await get(`${this.#url}?before=${this.#log.oldest}&limit=${PAGE}`).catch(() => null);
    if (page) this.#show(page);
    this.#loading = false;
  }

  /** @param {{results: Message[], has_more: boolean}} page */
  #show({ results, has_more }) {
    this.#hasMore = has_more;
    // History is not news: nothing of it is read aloud.
    this.#root.setAttribute("aria-live", "off");
    this.#scrolling.prepend(() => results.forEach((message) => this.#log.place(message)));
    setTimeout(() => this.#root.removeAttribute("aria-live"), 1_000);
  }
}

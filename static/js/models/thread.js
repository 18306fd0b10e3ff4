/** Keeps a page's messages complete: applies what comes next, fetches what is missing. */

import { backoff } from "../lib/timing.js";

/**
 * @typedef {import("../wire.js").ChatMessagePosted} Message
 * @typedef {{results: Message[], head: number, epoch: string, has_more: boolean}} Page
 */

/**
 * `message` is dispatched for each change in order, `restored` when the server's history is not
 * the one this page was made from (a backup came back): the page must be loaded anew.
 */
export class Thread extends EventTarget {
  #last;
  #epoch;
  #fetch;
  #wanted = 0;
  #attempt = 0;
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

  /**
   * @param {{last: number, epoch: string, fetch: (since: number) => Promise<Page>}} options
   */
  constructor({ last, epoch, fetch }) {
    super();
    this.#last = last;
    this.#epoch = epoch;
    this.#fetch = fetch;
  }

  get last() {
    return this.#last;
  }

  /**
   * A message from the socket or from an acknowledgement: next, known, or after a gap.
   * @param {Message} message
   */
  receive(message) {
    if (message.changed_seq === this.#last + 1) this.#apply(message);
    else if (message.changed_seq > this.#last) this.#want(message.changed_seq);
  }

  /**
   * Where the server says the conversation stands.
   * @param {number} head
   */
  noteHead(head) {
    if (head > this.#last) this.#want(head);
  }

  /** Asks for everything since the last known change; safe to call at any time. */
  catchUp() {
    clearTimeout(this.#retry);
    this.#running ??= this.#catchUp().finally(() => (this.#running = null));
    return this.#running;
  }

  stop() {
    clearTimeout(this.#retry);
  }

  /** @param {number} seq */
  #want(seq) {
    this.#wanted = Math.max(this.#wanted, seq);
    this.catchUp();
  }

  async #catchUp() {
    try {
      let more = true;
      while (more) more = await this.#takePage();
    } catch {
      this.#later(backoff(this.#attempt++));
      return;
    }
    // What was announced meanwhile may have been committed after the last page was read.
    if (this.#wanted > this.#last) this.#later(this.#attempt ? backoff(this.#attempt) : 0);
    this.#attempt = this.#wanted > this.#last ? this.#attempt + 1 : 0;
  }

  async #takePage() {
    const page = await this.#fetch(this.#last);
    if (page.epoch !== this.#epoch) {
      this.dispatchEvent(new Event("restored"));
      return false;
    }
    for (const message of page.results) if (message.changed_seq > this.#last) this.#apply(message);
    if (!page.has_more) this.#last = Math.max(this.#last, page.head);
    return page.has_more && page.results.length > 0;
  }

  /** @param {number} wait */
  #later(wait) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.catchUp(), wait);
  }

  /** @param {Message} message */
  #apply(message) {
    this.#last = message.changed_seq;
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }
}

/** What has been written and is not yet with the server: kept in order, sent until it arrives. */

import { Dropped, Refused } from "../lib/socket.js";
import { backoff, pause } from "../lib/timing.js";

/**
 * @typedef {{client_id: string, body: string, state: "pending" | "failed", reason: string, written_at: Date}} Letter
 * @typedef {EventTarget & {state: string, reconnect: () => void,
 *   send: (type: string, data: object) => Promise<any>}} Line
 * @typedef {{line: Line, command: string, post: (letter: {client_id: string, body: string}) => Promise<any>,
 *   newId: () => string, patience?: number}} Options
 */

/** Refusals that pass by themselves. */
const PASSING = new Set(["overloaded", "too_fast"]);

/**
 * Every try carries the same `client_id`, by whichever way it goes, so that the server can tell a
 * repetition from a second message. Dispatches `change` with the letter, and `sent` with the message.
 */
export class Outbox extends EventTarget {
  #line;
  #command;
  #post;
  #newId;
  #patience;
  /** @type {Letter[]} */
  #letters = [];
  #busy = false;

  /** @param {Options} options */
  constructor({ line, command, post, newId, patience = 6_000 }) {
    super();
    this.#line = line;
    this.#command = command;
    this.#post = post;
    this.#newId = newId;
    this.#patience = patience;
  }

  /** Whether leaving the page now would lose something. */
  get isEmpty() {
    return this.#letters.length === 0;
  }

  /** @param {string} body */
  add(body) {
    /** @type {Letter} */
    const letter = { client_id: this.#newId(), body, state: "pending", reason: "", written_at: new Date() };
    this.#letters.push(letter);
    this.#tell("change", letter);
    this.#work();
  }

  /** @param {string} clientId */
  retry(clientId) {
    const letter = this.#find(clientId);
    if (!letter) return;
    letter.state = "pending";
    this.#tell("change", letter);
    this.#work();
  }

  /** @param {string} clientId */
  discard(clientId) {
    if (this.#find(clientId)?.state === "failed") this.#remove(clientId);
  }

  /**
   * The message has been seen among the others, however it got there.
   * @param {string} clientId
   */
  settle(clientId) {
    this.#remove(clientId);
  }

  /** @param {string} clientId */
  #find(clientId) {
    return this.#letters.find((letter) => letter.client_id === clientId);
  }

  /** @param {string} clientId */
  #remove(clientId) {
    this.#letters = this.#letters.filter((letter) => letter.client_id !== clientId);
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    /** @type {Letter | undefined} */
    let letter;
    while ((letter = this.#letters.find(({ state }) => state === "pending"))) await this.#deliver(letter);
    this.#busy = false;
  }

  /** @param {Letter} letter */
  async #deliver(letter) {
    for (let attempt = 0; this.#find(letter.client_id); attempt++) {
      try {
        const message = await this.#try(letter);
        this.#remove(letter.client_id);
        this.#tell("sent", message);
        return;
      } catch (error) {
        if (!passes(error)) {
          letter.state = "failed";
          letter.reason = /** @type {{detail?: string}} */ (error).detail ?? "";
          this.#tell("change", letter);
          return;
        }
        if (!(error instanceof Dropped)) await Promise.race([pause(backoff(attempt)), this.#opening()]);
      }
    }
  }

  /**
   * By the socket when it is open or opens soon; otherwise, or when no answer comes, by HTTP.
   * @param {Letter} letter
   */
  async #try({ client_id, body }) {
    const patience = pause(this.#patience);
    if (this.#line.state !== "open") await Promise.race([this.#opening(), patience]);
    if (this.#line.state !== "open") return this.#post({ client_id, body });
    const answer = this.#line.send(this.#command, { client_id, body });
    const silence = Symbol("silence");
    const first = await Promise.race([answer, pause(this.#patience).then(() => silence)]);
    if (first !== silence) return first;
    answer.catch(() => {});
    const message = await this.#post({ client_id, body });
    // HTTP came through where the socket did not: it leads nowhere, though it looks open.
    this.#line.reconnect();
    return message;
  }

  #opening() {
    return new Promise((done) => this.#line.addEventListener("open", done, { once: true }));
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @param {unknown} error */
function passes(error) {
  if (error instanceof Dropped) return true;
  if (error instanceof Refused) return PASSING.has(error.code);
  const status = /** @type {{status?: number}} */ (error).status ?? 0;
  return status === 0 || status === 429 || status >= 500;
}

/** What is told is kept: sent, and sent again until the server has it; what is new meanwhile goes after it. */

import { backoff } from "../lib/timing.js";

const LONGEST = 10_000;

/** @typedef {"saving" | "saved" | "waiting" | "failed"} Word */

export class Keeping {
  /** @param {() => Promise<number>} send answers the status; 0 without an answer @param {(word: Word) => void} say */
  constructor(send, say) {
    this.#send = send;
    this.#say = say;
  }

  /** There is something new to be kept. */
  keep() {
    this.#isNew = true;
    this.#say("saving");
    void this.again();
  }

  /** Now, if anything waits: the network or the socket is back. */
  async again() {
    if (!this.#isNew || this.#isAsking) return;
    clearTimeout(this.#timer);
    [this.#isAsking, this.#isNew] = [true, false];
    const status = await this.#send();
    this.#isAsking = false;
    if (this.#isNew) return void this.again();
    if (status === 0 || status >= 500) return this.#wait();
    this.#attempt = 0;
    this.#say(status < 400 ? "saved" : "failed");
  }

  stop() {
    clearTimeout(this.#timer);
    this.#isNew = false;
  }

  #send;
  #say;
  #isNew = false;
  #isAsking = false;
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  #wait() {
    this.#isNew = true;
    this.#say("waiting");
    this.#timer = setTimeout(() => void this.again(), backoff(this.#attempt++, LONGEST));
  }
}

/** Knows how long a connection may stay without a path, and says when to look for another. */

/** @typedef {RTCPeerConnectionState|"unanswered"} Plight connected, but an offer waits for its answer: unanswered */

/** @type {Partial<Record<Plight, number>>} */
const WAITS = { new: 8000, connecting: 8000, disconnected: 4000, failed: 0, unanswered: 4000 };
const AGAIN = 8000;

/** Watches `connectionState`: `iceConnectionState` stays "disconnected" where this says "failed". */
export class Patience {
  /** @param {() => void} restart */
  constructor(restart) {
    this.#restart = restart;
  }

  /** @param {Plight} plight */
  see(plight) {
    if (plight === this.#plight) return;
    this.stop();
    this.#plight = plight;
    const wait = WAITS[plight];
    if (wait !== undefined) this.#timer = setTimeout(() => this.#lose(), wait);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #restart;
  /** @type {Plight|undefined} */ #plight;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;

  #lose() {
    this.#timer = setTimeout(() => this.#lose(), AGAIN);
    this.#restart();
  }
}

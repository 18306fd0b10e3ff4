/** Knows how long a connection may stay without a path: when to look for another, and when to say so. */

/** @typedef {RTCPeerConnectionState|"unanswered"} Plight connected, but an offer waits for its answer: unanswered */

/** @type {Partial<Record<Plight, number>>} */
const WAITS = { new: 8000, connecting: 8000, disconnected: 4000, failed: 0, unanswered: 4000 };
const AGAIN = 8000;
const DOUBT = 20_000;

/** Watches `connectionState`: `iceConnectionState` stays "disconnected" where this says "failed". */
export class Patience {
  /** @param {{restart: () => void, doubt: () => void}} acts doubt: again and again, for other news may overtake it */
  constructor({ restart, doubt }) {
    this.#restart = restart;
    this.#doubt = doubt;
  }

  /** @param {Plight} plight @param {{agreed: boolean}} how both sides have described themselves: all that is missing is a path */
  see(plight, { agreed }) {
    if (plight === "connected" || plight === "unanswered") this.#trust();
    else if (agreed) this.#doubting ??= setInterval(this.#doubt, DOUBT);
    if (plight === this.#plight) return;
    clearTimeout(this.#timer);
    this.#plight = plight;
    const wait = WAITS[plight];
    if (wait !== undefined) this.#timer = setTimeout(() => this.#lose(), wait);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#trust();
  }

  #restart;
  #doubt;
  /** @type {Plight|undefined} */ #plight;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;
  /** @type {ReturnType<typeof setInterval>|undefined} */ #doubting;

  #lose() {
    this.#timer = setTimeout(() => this.#lose(), AGAIN);
    this.#restart();
  }

  #trust() {
    clearInterval(this.#doubting);
    this.#doubting = undefined;
  }
}

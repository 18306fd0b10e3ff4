/** The call's three clocks: how long it still rings, how long it lasts, how long it has been away. */
import { ServerClock, arrivedAt, duration } from "../lib/timing.js";

/** @typedef {import("../models/call_state.js").State} State */

const UNTOLD = -1;

/** Counts by the server's time: `now` is what its clock said when the page was made. */
export class CallTimer {
  /**
   * @param {Record<string, any>} refs
   * @param {{now: string|null, ringsUntil: string|null, began: string|null}} times
   */
  constructor(refs, { now, ringsUntil, began }) {
    this.#refs = refs;
    this.#clock.hear(now, arrivedAt());
    this.#ringsUntil = ringsUntil ? Date.parse(ringsUntil) : UNTOLD;
    this.#began = began ? Date.parse(began) : UNTOLD;
    this.#timer = setInterval(() => this.#show(), 500);
  }

  /** @param {State} state */
  enter(state) {
    this.#state = state;
    if (state === "connected") this.begin(null);
    if (state === "reconnecting") this.#away = this.#clock.now;
    this.#show();
  }

  /** @param {string|null} at what the server says, or now if it says nothing; the first word stands */
  begin(at) {
    this.#clock.hear(at);
    if (at) this.#began = Date.parse(at);
    else if (this.#began === UNTOLD) this.#began = this.#clock.now;
  }

  get began() {
    return this.#began !== UNTOLD;
  }

  stop() {
    clearInterval(this.#timer);
  }

  #refs;
  #clock = new ServerClock();
  #ringsUntil;
  #began;
  #timer;
  #away = 0;
  /** @type {State} */ #state = "preparing";

  #show() {
    const { now } = this.#clock;
    const { ringing, left, timer, duration: lasted, seconds } = this.#refs;
    const rings = this.#state === "calling" || this.#state === "ringing";
    ringing.hidden = !rings || this.#ringsUntil === UNTOLD;
    left.textContent = String(Math.max(0, Math.ceil((this.#ringsUntil - now) / 1000)));
    timer.hidden = !this.began || !["connected", "reconnecting"].includes(this.#state);
    lasted.textContent = duration(Math.max(0, Math.floor((now - this.#began) / 1000)));
    seconds.textContent = String(Math.max(0, Math.floor((now - this.#away) / 1000)));
  }
}

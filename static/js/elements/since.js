/** How long something has lasted, second by second, by the server's time. */

import { ServerClock, arrivedAt } from "../lib/timing.js";
import { span } from "../models/desk_time.js";

/** What came with the page is older than this script. @type {number | undefined} */
let came = arrivedAt();

class Since extends HTMLElement {
  #clock = new ServerClock();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  connectedCallback() {
    this.#clock.hear(this.dataset.now, came);
    this.#timer = setInterval(() => this.#show(), 1_000);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const time = this.querySelector("time");
    if (time) time.textContent = span(this.#clock.now - Date.parse(time.dateTime));
  }
}

customElements.define("telemed-since", Since);
came = undefined;

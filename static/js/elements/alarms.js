/** Emergencies that one has or is asked to take over, on every page: what is asked sounds until it is answered. */

import { announce } from "../lib/sound.js";
import { hearing } from "./hearing.js";
import "./live.js";

const EVERY = 5_000;
/** For those, too, who want to hear nothing. */
const UNMUTABLE = "chime";

class Alarms extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  connectedCallback() {
    this.#sound();
    this.#timer = setInterval(() => this.#sound(), EVERY);
    this.addEventListener("telemed-renewed", () => this.#sound());
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #sound() {
    if (this.querySelector("[data-rings]")) void announce("emergency", hearing.variant("emergency") || UNMUTABLE);
  }
}

customElements.define("telemed-alarms", Alarms);

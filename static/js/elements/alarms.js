/** Emergencies that one has or is asked to take over, on every page: what is asked sounds until it is answered. */

import { post } from "../lib/http.js";
import { announce } from "../lib/sound.js";
import { hearing } from "./hearing.js";
import "./live.js";

const EVERY = 5_000;
/** For those, too, who want to hear nothing. */
const UNMUTABLE = "chime";

class Alarms extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** What the server knows to ring here. */
  #told = "";

  connectedCallback() {
    this.#sound();
    this.#timer = setInterval(() => this.#sound(), EVERY);
    this.addEventListener("telemed-renewed", () => this.#sound());
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #sound() {
    const { rings = "" } = /** @type {HTMLElement | null} */ (this.querySelector("[data-rings]"))?.dataset ?? {};
    if (rings && rings !== this.#told) post(rings).catch(() => (this.#told = ""));
    this.#told = rings;
    if (!rings) return;
    navigator.vibrate?.([400, 200, 400]);
    void announce("emergency", hearing.variant("emergency") || UNMUTABLE);
  }
}

customElements.define("telemed-alarms", Alarms);

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
  /** The question that the dialog shows. */
  #asked = "";

  connectedCallback() {
    this.#ring();
    this.#timer = setInterval(() => this.#sound(), EVERY);
    this.addEventListener("telemed-renewed", () => this.#ring());
    // Only an answer answers.
    this.querySelector("dialog")?.addEventListener("cancel", (event) => event.preventDefault());
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #ring() {
    this.#ask();
    this.#sound();
  }

  /** The dialog stands outside of what is taken anew, so that nothing closes it but the end of the question. */
  #ask() {
    const dialog = this.querySelector("dialog");
    const offer = /** @type {HTMLTemplateElement | null} */ (this.querySelector("[data-offer]"));
    const asked = offer?.dataset.offer ?? "";
    if (!dialog || asked === this.#asked) return;
    this.#asked = asked;
    if (!offer) return dialog.close();
    dialog.replaceChildren(offer.content.cloneNode(true));
    if (!dialog.open) dialog.showModal();
    // Not on a button: whoever is typing must not answer by accident.
    dialog.querySelector("h2")?.focus();
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

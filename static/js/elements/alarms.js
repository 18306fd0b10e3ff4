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
  #answered = "";

  connectedCallback() {
    this.#ring();
    this.#timer = setInterval(() => this.#sound(), EVERY);
    this.addEventListener("telemed-renewed", () => this.#ring());
    const dialog = this.querySelector("dialog");
    // Only an answer answers; it leads to the call, and leaves this page as it is.
    dialog?.addEventListener("cancel", (event) => this.#asked && event.preventDefault());
    dialog?.addEventListener("submit", () => (this.#answered = this.#asked));
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
    const wasAnswered = this.#asked === this.#answered;
    this.#asked = asked;
    // What was told of the person goes with the question, which says that it is over: nothing vanishes under a finger.
    const words = offer ?? /** @type {HTMLTemplateElement} */ (this.querySelector("[data-asked-no-more]"));
    dialog.replaceChildren(words.content.cloneNode(true));
    if (!offer && wasAnswered) return dialog.close();
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

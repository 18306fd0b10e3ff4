/**
 * The emergency button where the network may be gone: the page stays, says whom to call, and the alert is
 * sent until it is out. A second press of the same person is the same emergency.
 */

import { refs } from "../lib/dom.js";
import { submitted } from "../lib/http.js";
import { Keeping } from "../models/keeping.js";
import { me } from "../models/me.js";

/** Whoever waits longer for an answer is told whom to call meanwhile. */
const SLOW = 2_000;
const PATIENCE = 10_000;
const OUT = 201;

class Press extends HTMLElement {
  /** Where the alert's page is. */
  #page = "";
  #pressed = new Keeping(() => this.#send(), (word) => this.#show(word));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #slow;

  connectedCallback() {
    // A page that is renewed may move this: what is on its way goes on, and nothing is heard twice.
    this.addEventListener("submit", this);
    for (const back of /** @type {EventTarget[]} */ ([globalThis, me])) {
      for (const type of ["online", "open"]) back.addEventListener(type, this);
    }
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type !== "submit") return void this.#pressed.again();
    event.preventDefault();
    this.#slow ??= setTimeout(() => this.#say(), SLOW);
    this.#pressed.keep();
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  async #send() {
    const answer = await submitted(this.#form, { patience: PATIENCE, headers: { Accept: "application/json" } });
    if (answer?.status === OUT) this.#page = (await answer.json().catch(() => ({}))).page ?? "";
    return answer?.status ?? 0;
  }

  /** @param {import("../models/keeping.js").Word} word */
  #show(word) {
    this.querySelector("button")?.setAttribute("aria-busy", String(word === "saving"));
    if (word === "waiting") this.#say();
    else if (word === "saved" && this.#page) location.assign(this.#page);
    // The server has said something else than yes: its page says what.
    else if (word === "saved" || word === "failed") this.#form.submit();
  }

  #say() {
    refs(this).unsent.hidden = false;
  }
}

customElements.define("telemed-press", Press);

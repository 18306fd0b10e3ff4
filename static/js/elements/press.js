/**
 * The emergency button where the network may be gone: the page stays, says whom to call, and the alert is
 * sent until it is out. Each press has an id, which its repetitions carry: one whose answer was lost leads
 * to what it has made, and only who presses again has everyone rung anew.
 */

import { refs, uuid } from "../lib/dom.js";
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
    refs(this).id.value = uuid();
    this.#slow ??= setTimeout(() => this.#say(), SLOW);
    this.#pressed.keep();
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  async #send() {
    const answer = await submitted(this.#form, { patience: PATIENCE, headers: { Accept: "application/json" } });
    this.#page = answer?.status === OUT ? ((await answer.json().catch(() => ({}))).page ?? "") : "";
    return answer?.status ?? 0;
  }

  /** @param {import("../models/keeping.js").Word} word */
  #show(word) {
    this.querySelector("button")?.setAttribute("aria-busy", String(word === "saving"));
    if (word === "waiting") this.#say();
    else if (word === "saved" || word === "failed") this.#leave();
  }

  /** There is an answer: however long its page takes, nothing is unsent. */
  #leave() {
    clearTimeout(this.#slow);
    this.#slow = undefined;
    this.#say(false);
    if (this.#page) location.assign(this.#page);
    // The server has said something else than yes: its page says what.
    else this.#form.submit();
  }

  #say(isUnsent = true) {
    refs(this).unsent.hidden = !isUnsent;
  }
}

customElements.define("telemed-press", Press);

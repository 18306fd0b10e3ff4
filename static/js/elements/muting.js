/** What a page shows of a muted conversation, and the choice that mutes it. */

import { CHAT } from "../wire.js";
import { refs } from "../lib/dom.js";
import { post, remove } from "../lib/http.js";
import { me } from "../models/me.js";
import { writeTimes } from "./local_time.js";

/** @typedef {{is_muted: boolean, until: string | null}} Muting */

// Timers take no more than 24 days.
const LONGEST = 86_400_000;

/** Knows whether its conversation is muted, until that ends or changes on any device. */
class Muted extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ending;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    me.addEventListener(CHAT.MUTING_CHANGED, (event) => {
      const { conversation, ...muting } = /** @type {CustomEvent} */ (event).detail;
      if (conversation === this.dataset.of) this.take(muting);
    }, { signal });
    this.#wait();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#ending);
  }

  /** @param {Muting} muting */
  take({ is_muted, until }) {
    this.toggleAttribute("data-muted", is_muted);
    this.dataset.until = until ?? "";
    this.show();
    this.#wait();
  }

  /** Shows how it stands. */
  show() {
    const { muted, until } = this.dataset;
    this.hidden = muted === undefined;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) {
      part.hidden = (part.dataset.when === "time") !== Boolean(until);
    }
    for (const time of this.querySelectorAll("time")) time.dateTime = until ?? "";
    writeTimes(this);
  }

  #wait() {
    clearTimeout(this.#ending);
    const left = Date.parse(this.dataset.until ?? "") - Date.now();
    if (this.dataset.muted === undefined || Number.isNaN(left)) return;
    const over = () => (left > LONGEST ? this.#wait() : this.take({ is_muted: false, until: null }));
    this.#ending = setTimeout(over, Math.min(left, LONGEST));
  }
}

/** The button in the head of a conversation; without a script its form posts by itself. */
class MuteChoice extends Muted {
  /** @type {AbortController | undefined} */
  #choosing;

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#choosing = new AbortController();
    const { signal } = this.#choosing;
    this.addEventListener("submit", (event) => this.#chosen(event), { signal });
    refs(this).choice.addEventListener("focusout", (/** @type {FocusEvent} */ event) => this.#leave(event), { signal });
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#choosing?.abort();
  }

  /** @override */
  show() {
    const { open, unmute } = refs(this);
    const { muted, words = "", wordsMuted = "" } = this.dataset;
    open.setAttribute("aria-label", muted === undefined ? words : wordsMuted);
    unmute.hidden = muted === undefined;
  }

  /** What is behind it cannot be seen, so nothing there is to be reached. @param {FocusEvent} event */
  #leave({ relatedTarget }) {
    const { choice } = refs(this);
    if (relatedTarget instanceof Node && !choice.contains(relatedTarget)) choice.hidePopover();
  }

  /** @param {SubmitEvent} event */
  async #chosen(event) {
    event.preventDefault();
    const { choice, failed } = refs(this);
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    button.setAttribute("aria-busy", "true");
    failed.hidden = true;
    try {
      tell(this.dataset.of ?? "", await this.#send(button));
      choice.hidePopover();
    } catch {
      failed.hidden = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {HTMLButtonElement} button */
  #send({ value, dataset: { seconds } }) {
    const { address = "" } = this.dataset;
    if (value === "off") return remove(address);
    return post(address, seconds ? { seconds: Number(seconds) } : {});
  }
}

/**
 * Shows everywhere on this page what the server answers about a conversation.
 * @param {string} conversation
 * @param {{is_muted: boolean, muted_until: string | null}} answer
 */
export function tell(conversation, { is_muted, muted_until }) {
  for (const each of document.querySelectorAll("telemed-muted, telemed-muting")) {
    const place = /** @type {Muted} */ (each);
    if (place.dataset.of === conversation) place.take({ is_muted, until: muted_until });
  }
}

customElements.define("telemed-muted", Muted);
customElements.define("telemed-muting", MuteChoice);

/** Passing words in the corner: what has just happened, here or elsewhere. */

import { NOTIFICATIONS } from "../wire.js";
import { clone, fill, isWatched } from "../lib/dom.js";
import { chime } from "../lib/sound.js";
import { me } from "../models/me.js";

const LIFE = 8_000;
const LIMIT = 4;

/** @typedef {{title?: string, text?: string, url?: string, level?: string}} Words */

class Toasts extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leaving;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("click", (event) => this.#dismiss(event), { signal });
    // Whoever reads or reaches for a toast has all the time.
    for (const come of ["pointerenter", "focusin"]) this.addEventListener(come, () => clearTimeout(this.#leaving), { signal });
    for (const go of ["pointerleave", "focusout"]) this.addEventListener(go, () => this.#wait(), { signal });
    const said = (/** @type {Event} */ event) => this.add(/** @type {CustomEvent} */ (event).detail);
    document.addEventListener("telemed-toast", said, { signal });
    me.addEventListener(NOTIFICATIONS.NOTIFICATION_POSTED, (event) => this.#notify(/** @type {CustomEvent} */ (event).detail), { signal });
    this.#wait();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#leaving);
  }

  /** @param {Words} words */
  add({ title = "", text = "", url = "", level = "info" }) {
    const template = this.querySelector("template");
    if (!template) return;
    const toast = clone(template);
    toast.dataset.level = level;
    if (level === "warn" || level === "stop") toast.classList.add(`toast--${level}`);
    fill(toast, { title, text, url });
    this.append(toast);
    const [oldest, ...others] = this.querySelectorAll(".toast");
    if (others.length >= LIMIT) oldest.remove();
    this.#wait();
  }

  /** @param {import("../wire.js").NotificationsNotificationPosted} notification */
  #notify({ title, text, url, urgent, silent }) {
    if (silent) return;
    if (isWatched() && new URL(url, location.href).pathname === location.pathname) return;
    this.add({ title, text, url, level: urgent ? "warn" : "info" });
    chime();
  }

  /** @param {Event} event */
  #dismiss(event) {
    const button = /** @type {Element} */ (event.target).closest("[data-ref=dismiss]");
    button?.closest(".toast")?.remove();
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#leave(), LIFE);
  }

  #leave() {
    if (this.matches(":hover, :focus-within")) return;
    for (const toast of this.querySelectorAll('[data-level="success"], [data-level="info"]')) toast.remove();
  }
}

customElements.define("telemed-toasts", Toasts);

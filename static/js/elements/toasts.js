/** Passing words in the corner: what has just happened, here or elsewhere; never the only record. */

import { NOTIFICATIONS } from "../wire.js";
import { clone, fill, isWatched, refs, uuid } from "../lib/dom.js";
import { announce } from "../lib/sound.js";
import { me } from "../models/me.js";
import { ToastStack } from "../models/toast_stack.js";
import { unreadIds } from "../models/unread.js";
import { hearing } from "./hearing.js";

/** Another page may show the very thing, and read it, before there is reason to disturb anyone. */
const SECOND_THOUGHT = 400;
const PRESSING = new Set(["warn", "warning", "stop", "error"]);
/** The dialog rings by itself. */
const RINGS = "call";

/** @typedef {import("../wire.js").NotificationsNotificationPosted} Posted */
/** @typedef {{title?: string, text?: string, url?: string, level?: string}} Words */

class Toasts extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #stack = new ToastStack();
  /** What is read stays read, in whatever order one hears of it. @type {Set<string>} */
  #read = new Set();

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const heard = (/** @type {string} */ type, /** @type {(detail: any) => void} */ run) =>
      me.addEventListener(type, (event) => run(/** @type {CustomEvent} */ (event).detail), { signal });
    this.addEventListener("click", (event) => this.#dismiss(event), { signal });
    for (const come of ["pointerenter", "focusin"]) this.addEventListener(come, () => this.#stack.hold(), { signal });
    for (const go of ["pointerleave", "focusout"]) this.addEventListener(go, () => this.#release(), { signal });
    // Nor does one pass while nobody can see it.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stack.hold() : this.#release()), { signal });
    this.#stack.addEventListener("leave", (event) => this.#drop(/** @type {CustomEvent} */ (event).detail), { signal });
    document.addEventListener("telemed-toast", (event) => this.add(/** @type {CustomEvent} */ (event).detail), { signal });
    heard(NOTIFICATIONS.NOTIFICATION_POSTED, (posted) => this.#notify(posted));
    heard(NOTIFICATIONS.NOTIFICATIONS_READ, ({ ids }) => this.#forget(ids));
    me.addEventListener("reopen", () => this.#catchUp(), { signal });
    for (const toast of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".toast"))) this.#stand(toast, uuid());
  }

  disconnectedCallback() {
    this.#listening?.abort();
    for (const id of this.#stack.ids) this.#stack.remove(id);
  }

  /**
   * @param {Words} words
   * @param {string} [id] the same one is renewed
   */
  add({ title = "", text = "", url = "", level = "info" }, id = uuid()) {
    const { blank, calm, pressing } = refs(this);
    const toast = this.#find(id) ?? clone(blank);
    toast.dataset.level = level;
    fill(toast, { title, text, url });
    (PRESSING.has(level) ? pressing : calm).append(toast);
    this.#stand(toast, id);
    return toast;
  }

  /**
   * @param {HTMLElement} toast
   * @param {string} id
   */
  #stand(toast, id) {
    toast.dataset.id = id;
    this.#stack.add(id, !PRESSING.has(toast.dataset.level ?? ""));
  }

  /** @param {Posted} posted */
  #notify({ id, title, text, url, urgent, silent, sound }) {
    if (silent || sound === RINGS || this.#read.has(id)) return;
    const isHere = new URL(url, location.href).pathname === location.pathname;
    if (!isHere || document.visibilityState !== "visible") {
      const { open } = refs(this.add({ title, text, level: urgent ? "warn" : "info" }, id));
      open.action = this.dataset.centre + `${id}/reading/`;
      open.hidden = false;
    }
    if (sound && !(isHere && isWatched())) setTimeout(() => this.#sound(id, sound), SECOND_THOUGHT);
  }

  /**
   * @param {string} id
   * @param {string} sound
   */
  #sound(id, sound) {
    if (!this.#read.has(id)) void announce(sound, hearing.variant(sound));
  }

  /** @param {string[]} ids */
  #forget(ids) {
    for (const id of ids) {
      this.#read.add(id);
      this.#stack.remove(id);
    }
  }

  /** What was read while this page was out of reach. */
  async #catchUp() {
    const shown = this.#stack.ids.filter((id) => this.#find(id)?.querySelector("form:not([hidden])"));
    const known = shown.length ? await unreadIds().catch(() => null) : null;
    if (known) this.#forget(shown.filter((id) => !known.has(id)));
  }

  /** @param {Event} event */
  #dismiss(event) {
    const button = /** @type {Element} */ (event.target).closest("[data-ref=dismiss]");
    const toast = /** @type {HTMLElement | null | undefined} */ (button?.closest(".toast"));
    if (toast?.dataset.id) this.#stack.remove(toast.dataset.id);
  }

  /** @param {string} id */
  #drop(id) {
    this.#find(id)?.remove();
    this.#release();
  }

  #release() {
    if (!document.hidden && !this.matches(":hover, :focus-within")) this.#stack.release();
  }

  /** @param {string} id */
  #find(id) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`.toast[data-id="${CSS.escape(id)}"]`));
  }
}

customElements.define("telemed-toasts", Toasts);

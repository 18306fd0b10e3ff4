/** Passing words in the corner: what has just happened, here or elsewhere; never the only record. */

import { NOTIFICATIONS } from "../wire.js";
import { clone, fill, isWatched, phrase, refs, stayAtEnd, uuid } from "../lib/dom.js";
import { announce } from "../lib/sound.js";
import { pause } from "../lib/timing.js";
import { inTurn } from "../lib/turns.js";
import { Absence } from "../models/absence.js";
import { me } from "../models/me.js";
import { ToastStack } from "../models/toast_stack.js";
import { unread } from "../models/unread.js";
import { hearing } from "./hearing.js";
import { keepUnsent } from "./unsent.js";

/** Another page may show the very thing, and read it, before there is reason to disturb anyone. */
const SECOND_THOUGHT = 400;
const PRESSING = new Set(["warn", "warning", "stop", "error"]);
/** What has a dialog: its sound, where that rings by itself, or its kind. */
const [RINGS, STANDS] = ["call", "emergency_offer"];
/** Of several sounds one is heard: the first of these. */
const LOUDEST = ["emergency", "waiting", "message"];
/** A tab that is seen goes before the others. */
const AFTER_YOU = 1_500;
const GATHERED = "gathered";
const UNSENT = "unsent";

/** @typedef {import("../models/unread.js").Notice} Notice */
/** @typedef {{title?: string, text?: string, url?: string, level?: string, icon?: string}} Words */

/** Whether this page shows what is told. @param {string} url */
const isAt = (url) => new URL(url, location.href).pathname === location.pathname;

class Toasts extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #stack = new ToastStack();
  /** Where the focus was before it came in. @type {HTMLElement | undefined} */
  #origin;
  /** What is read stays read, in whatever order one hears of it. @type {Set<string>} */
  #read = new Set();
  /** Those that one toast stands for. @type {Set<string>} */
  #gathered = new Set();
  #absence = new Absence(Date.parse(this.dataset.since ?? "") || Date.now(), localStorage);

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const heard = (/** @type {string} */ type, /** @type {(detail: any) => void} */ run) =>
      me.addEventListener(type, (event) => run(/** @type {CustomEvent} */ (event).detail), { signal });
    for (const type of ["click", "keydown"]) this.addEventListener(type, (event) => this.#dismiss(event), { signal });
    for (const come of ["pointerenter", "focusin"]) this.addEventListener(come, () => this.#stack.hold(), { signal });
    this.addEventListener("focusin", ({ relatedTarget }) => this.#noteOrigin(relatedTarget), { signal });
    for (const go of ["pointerleave", "focusout"]) this.addEventListener(go, () => this.#release(), { signal });
    // Nor does one pass while nobody can see it.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stack.hold() : this.#release()), { signal });
    this.#stack.addEventListener("leave", (event) => this.#drop(/** @type {CustomEvent} */ (event).detail), { signal });
    keepUnsent(() => this.add({ text: this.dataset.offline, level: "warn" }, UNSENT), signal);
    document.addEventListener("telemed-toast", (event) => this.add(/** @type {CustomEvent} */ (event).detail), { signal });
    heard(NOTIFICATIONS.NOTIFICATION_POSTED, (posted) => {
      this.#notify(posted);
      this.#absence.hear(posted);
    });
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
  add({ title = "", text = "", url = "", level = "info", icon = level }, id = uuid()) {
    const { blank, calm, pressing } = refs(this);
    const toast = this.#find(id) ?? clone(blank);
    toast.dataset.level = level;
    /** @type {NodeListOf<HTMLElement>} */ (toast.querySelectorAll("[data-icon]")).forEach((sign) => (sign.hidden = sign.dataset.icon !== icon));
    fill(toast, { title, text, url });
    // The last button of the page goes above the toast, not behind it.
    stayAtEnd(() => (PRESSING.has(level) ? pressing : calm).append(toast));
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

  /** @param {Notice} posted */
  #notify(posted) {
    if (!this.#isNews(posted)) return;
    const { id, kind, title, text, url, urgent, sound } = posted;
    if (kind !== STANDS && (!isAt(url) || document.visibilityState !== "visible")) {
      const { open } = refs(this.add({ title, text, level: urgent ? "warn" : "info", icon: kind }, id));
      open.action = this.dataset.centre + `${id}/reading/`;
      open.hidden = false;
    }
    if (sound && !(isAt(url) && isWatched())) setTimeout(() => this.#sound([posted]), SECOND_THOUGHT);
  }

  /** @param {Notice} told */
  #isNews({ id, silent, sound }) {
    return !silent && sound !== RINGS && !this.#read.has(id);
  }

  /** @param {Notice[]} told */
  #sound(told) {
    const left = told.filter(({ id }) => !this.#read.has(id));
    const sound = LOUDEST.find((loud) => left.some((each) => each.sound === loud));
    if (sound) void announce(sound, hearing.variant(sound));
  }

  /**
   * What came while this page was out of reach, in one word if it is much; with a call that was missed.
   * @param {Notice[]} missed
   */
  #announce(missed) {
    if (missed.length < 2) return missed.forEach((each) => this.#notify(each));
    this.#gathered = new Set(missed.map(({ id }) => id));
    const level = missed.some(({ urgent }) => urgent) ? "warn" : "info";
    const title = phrase(this.dataset.away, { count: missed.length });
    const call = missed.find(({ kind }) => kind === "missed_call");
    const text = call && `${call.title}: ${call.text}`;
    this.add({ title, text, url: this.dataset.inbox, level }, GATHERED);
    setTimeout(() => this.#sound(missed), SECOND_THOUGHT);
  }

  /** @param {string[]} ids */
  #forget(ids) {
    for (const id of ids) {
      this.#read.add(id);
      this.#stack.remove(id);
      if (this.#gathered.delete(id) && !this.#gathered.size) this.#stack.remove(GATHERED);
    }
  }

  /** After a gap: what was read meanwhile, and what nobody has been told of. */
  async #catchUp() {
    this.#absence.begin();
    if (document.hidden) await pause(AFTER_YOU);
    await inTurn("telemed-missed", async () => {
      const left = await unread().catch(() => null);
      if (!left) return;
      const known = new Set(left.map(({ id }) => id));
      const shown = this.#stack.ids.filter((id) => this.#find(id)?.querySelector("form:not([hidden])"));
      this.#forget([...shown, ...this.#gathered].filter((id) => !known.has(id)));
      const isSeen = (/** @type {Notice} */ { url }) => isAt(url) && isWatched();
      this.#announce(this.#absence.end(left).filter((each) => this.#isNews(each) && !isSeen(each)));
    });
  }

  /** By its button, or by Escape inside it. @param {Event} event */
  #dismiss(event) {
    const target = /** @type {Element} */ (event.target);
    const isMeant = event instanceof KeyboardEvent ? event.key === "Escape" : target.closest("[data-ref=dismiss]");
    const toast = /** @type {HTMLElement | null} */ (target.closest(".toast"));
    if (isMeant && toast?.dataset.id) this.#stack.remove(toast.dataset.id);
  }

  /** @param {EventTarget | null} from */
  #noteOrigin(from) {
    if (from instanceof HTMLElement && !this.contains(from)) this.#origin = from;
  }

  /** Who was in it goes on where they came from. @param {string} id */
  #drop(id) {
    const toast = this.#find(id);
    const hadFocus = toast?.contains(document.activeElement);
    toast?.remove();
    if (hadFocus) this.#origin?.focus();
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

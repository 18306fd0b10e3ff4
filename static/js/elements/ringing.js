/** Someone is calling: the dialog, its sound and its answers, on every page of a signed-in person. */

import { CALLS } from "../wire.js";
import { clone, fill, phrase, portray, refs } from "../lib/dom.js";
import { get, post } from "../lib/http.js";
import { startRinging, stopRinging } from "../lib/sound.js";
import { calmTitle, flashTitle } from "../lib/title.js";
import { me } from "../models/me.js";
import { Rings } from "../models/rings.js";
import { AnswerPage } from "./answer_page.js";
import { hearing } from "./hearing.js";

/** @typedef {import("../models/rings.js").Ring} Ring */

/** Sounds for those, too, who want to hear nothing. */
const UNMUTABLE = { call: "", emergency: "chime" };

class Ringing extends HTMLElement {
  #rings = new Rings();
  /** @type {Ring | null} */
  #shown = null;
  /** @type {Notification | undefined} */
  #notification;
  /** @type {AbortController | undefined} */
  #listening;
  #page = new AnswerPage();

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { dialog, form, decline, sound } = refs(this);
    const on = (/** @type {string} */ type, /** @type {(data: any) => void} */ run) =>
      me.addEventListener(type, (event) => run(/** @type {CustomEvent} */ (event).detail), { signal });
    on(CALLS.CALL_RANG, (ring) => this.#rang(ring));
    on(CALLS.CALL_ACCEPTED, ({ id }) => this.#stopped(id, { answered: true }));
    on(CALLS.CALL_DECLINED, ({ id }) => this.#rings.stop(id));
    on(CALLS.CALL_ENDED, ({ id }) => this.#stopped(id, { answered: false }));
    on("open", () => this.#ask());
    on("beat", ({ ringing }) => Boolean(ringing) !== this.#rings.size > 0 && this.#ask());
    this.#rings.addEventListener("change", () => this.#show(), { signal });
    form.addEventListener("submit", () => this.#accepted(this.#shown), { signal });
    decline.addEventListener("click", () => this.#decline(this.#shown), { signal });
    sound.addEventListener("click", () => this.#ring(), { signal });
    // Escape quietens; only an answer answers.
    dialog.addEventListener("cancel", (/** @type {Event} */ event) => this.#quieten(event), { signal });
    // Each opening asks; a page whose socket cannot open asks all the same.
    const late = setTimeout(() => me.state !== "open" && this.#ask(), 3_000);
    signal.addEventListener("abort", () => clearTimeout(late));
    this.#page.watch(signal);
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#calm();
  }

  /** The rings that the server knows; the socket may have been away when one began. */
  async #ask() {
    const heard = this.#rings.ask();
    const answer = await get(`${this.dataset.calls}ringing/`).catch(() => null);
    if (!answer) return;
    /** @type {Ring[]} */
    const rings = answer.results ?? answer;
    this.#rings.replace(rings.filter(({ id }) => !isHeldHere(id)), heard);
    this.#page.compare(rings.map(({ id }) => id));
  }

  /** @param {Ring} ring */
  #rang(ring) {
    if (!isHeldHere(ring.id)) this.#rings.add(ring);
  }

  /** @param {string} id @param {{answered: boolean}} how */
  #stopped(id, how) {
    this.#rings.stop(id);
    this.#page.stopped(id, how);
  }

  #show() {
    const { current } = this.#rings;
    this.#showWaiting();
    if (current?.id === this.#shown?.id) return void (current && fill(this, about(current)));
    this.#shown = current;
    const { dialog } = refs(this);
    this.#calm();
    if (!current) return void dialog.close();
    this.#dress(current);
    if (!dialog.open) dialog.showModal();
    // Not on a button: whoever is typing when it rings must not answer by accident.
    const name = dialog.querySelector("h2");
    name.tabIndex = -1;
    name.focus();
    this.#alert(current);
  }

  /** @param {Ring} ring */
  #dress(ring) {
    const [{ id, kind, caller }, { dialog, form, avatar }] = [ring, refs(this)];
    [dialog.dataset.call, form.action] = [kind, this.#acceptance(id)];
    form.target = this.#page.call === id ? "" : "telemed-call";
    fill(dialog, { name: caller.name, role: caller.role, ...about(ring) });
    portray(avatar, caller);
    for (const part of dialog.querySelectorAll("[data-kind]")) part.hidden = !part.dataset.kind.split(" ").includes(kind);
  }

  /** @param {Ring} ring */
  #alert({ id, caller }) {
    const words = phrase(this.dataset.flash, { name: caller.name });
    post(`${this.dataset.calls}${id}/alert/`).catch(() => {});
    flashTitle(words);
    this.#ring();
    if (!document.hidden || globalThis.Notification?.permission !== "granted") return;
    try {
      this.#notification = new Notification(words, { tag: id, requireInteraction: true });
      this.#notification.onclick = () => window.focus();
    } catch {
      // Phones only show notifications from a service worker.
    }
  }

  async #ring() {
    const kind = this.#shown?.kind === "emergency" ? "emergency" : "call";
    const variant = hearing.variant(kind) || UNMUTABLE[kind];
    const why = variant ? "" : hearing.reason(kind);
    for (const words of refs(this).dialog.querySelectorAll("[data-why]")) words.hidden = words.dataset.why !== why;
    const tell = (/** @type {boolean} */ audible) => (refs(this).sound.hidden = audible);
    tell(await startRinging(variant, kind, tell));
  }

  #showWaiting() {
    const { banners, waiting } = refs(this);
    const rows = this.#rings.waiting.map((ring) => {
      const known = banners.querySelector(`[data-call="${CSS.escape(ring.id)}"]`);
      return known ?? this.#waitingRow(clone(waiting), ring);
    });
    banners.replaceChildren(...rows);
  }

  /**
   * @param {HTMLElement} row
   * @param {Ring} ring
   */
  #waitingRow(row, ring) {
    row.dataset.call = ring.id;
    /** @type {HTMLFormElement} */ (row).action = this.#acceptance(ring.id);
    fill(row, { name: ring.caller.name });
    row.addEventListener("submit", () => this.#accepted(ring));
    refs(row).decline.addEventListener("click", () => this.#decline(ring));
    post(`${this.dataset.calls}${ring.id}/alert/`).catch(() => {});
    return row;
  }

  /** @param {string} id */
  #acceptance(id) {
    return `${this.dataset.site}${id}/acceptance/`;
  }

  /** @param {Ring | null} ring */
  #accepted(ring) {
    // After the form has gone: closing its dialog first would take the form away.
    if (ring) setTimeout(() => this.#rings.answer(ring.id));
  }

  /** @param {Ring | null} ring */
  async #decline(ring) {
    if (!ring) return;
    this.#rings.answer(ring.id);
    try {
      await post(`${this.dataset.calls}${ring.id}/refusal/`);
    } catch (error) {
      if (Number(/** @type {{status?: number}} */ (error).status) < 500) return;
      this.#rings.reopen(ring.id);
      this.#ask();
    }
  }

  /** @param {Event} event */
  #quieten(event) {
    event.preventDefault();
    stopRinging();
  }

  #calm() {
    stopRinging();
    calmTitle();
    this.#notification?.close();
    this.#notification = undefined;
  }
}

/** What the caller of an emergency has told by now. @param {Ring} ring */
const about = ({ about, page }) => ({ about, page });

/**
 * The page that holds a call need not be told that it rings.
 * @param {string} id
 */
const isHeldHere = (id) => Boolean(document.querySelector(`telemed-call[call="${CSS.escape(id)}"]`));

customElements.define("telemed-ringing", Ringing);

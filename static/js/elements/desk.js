/** The agents' desk: kept up to date by its socket, with an alarm while an emergency waits. */

import { HELPLINE } from "../wire.js";
import { phrase, refs } from "../lib/dom.js";
import { pageNow } from "../lib/http.js";
import { Socket } from "../lib/socket.js";
import { announce, unlock } from "../lib/sound.js";
import { ServerClock, arrivedAt } from "../lib/timing.js";
import { pressure, span } from "../models/desk_time.js";
import { hearing } from "./hearing.js";
import { asking, renew } from "./renewal.js";
import { COMPOSER, listenToKeys } from "./desk_keys.js";
import { keepUnsent, unsentIn } from "./desk_unsent.js";
import "./desk_canned.js";

const GATHERING = 150;
const ALARM_EVERY = 4_000;

class Desk extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {AbortController | undefined} */
  #losing;
  #socket = new Socket(this.dataset.socket ?? "");
  #clock = new ServerClock();
  /** Also in a tab that nobody sees: it may have to ring. */
  #asking = asking(() => this.#ask(), GATHERING);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #alarm;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    for (const news of [HELPLINE.TICKET_MOVED, HELPLINE.TICKET_VIEWED, HELPLINE.EMERGENCY_MOVED, "open"]) {
      this.#socket.addEventListener(news, this.#asking.age, { signal });
    }
    this.#clock.hear(this.dataset.now, arrivedAt());
    const ticking = setInterval(() => this.#tick(), 1_000);
    signal.addEventListener("abort", () => clearInterval(ticking));
    this.#listenToPage(signal);
    listenToKeys(this, signal);
    this.#socket.open();
    this.dispatchEvent(new CustomEvent("telemed-socket", { detail: { socket: this.#socket }, bubbles: true }));
    this.#sound();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#losing?.abort();
    this.#socket.close();
    clearInterval(this.#alarm);
    this.#asking.stop();
  }

  /** @param {AbortSignal} signal */
  #listenToPage(signal) {
    const { availability, save, sound, answerFirst, reading } = refs(this);
    save.hidden = true;
    // A note is not kept before it is saved.
    const note = this.#note;
    note?.form?.addEventListener("submit", () => (note.defaultValue = note.value), { signal });
    addEventListener("beforeunload", (event) => note && note.value !== note.defaultValue && event.preventDefault(), { signal });
    reading?.scrollTo({ top: reading.scrollHeight, behavior: "instant" });
    availability.addEventListener("change", () => availability.requestSubmit(), { signal });
    sound.addEventListener("click", () => this.#sound(), { signal });
    document.addEventListener("visibilitychange", this.#asking.resume, { signal });
    answerFirst?.addEventListener("click", (/** @type {Event} */ event) => this.#answerFirst(event), { signal });
    answerFirst?.focus();
  }

  /** @param {Event} event */
  #answerFirst(event) {
    const input = this.#reply;
    if (!input) return;
    event.preventDefault();
    const { asks, answerFirst } = refs(this);
    history.replaceState(null, "", answerFirst.href);
    asks.remove();
    input.focus();
  }

  /** @returns {HTMLTextAreaElement | null} */
  get #reply() {
    return this.querySelector(COMPOSER);
  }

  /** @returns {HTMLTextAreaElement | null} */
  get #note() {
    return this.querySelector(".notes textarea");
  }

  async #ask() {
    const page = await pageNow(() => location.assign("/admin/desk/"));
    const fresh = page?.querySelector("telemed-desk");
    if (fresh && this.isConnected) this.#show(fresh);
  }

  /** @param {Element} fresh the desk as it would be now */
  #show(fresh) {
    const before = this.#waiting();
    this.#clock.hear(fresh.getAttribute("data-now"));
    for (const part of this.querySelectorAll("[data-live]")) {
      const now = fresh.querySelector(`#${part.id}`);
      if (now) renew(/** @type {HTMLElement} */ (part), /** @type {HTMLElement} */ (document.importNode(now, true)));
    }
    this.#tick();
    this.#sound();
    this.#tell([...this.#waiting()].find(([key]) => !before.has(key)));
    this.#compare(fresh);
  }

  /**
   * Says what is new, until it is taken.
   * @param {[string | undefined, string] | undefined} news
   */
  #tell(news) {
    const { said } = refs(this);
    if (news) [said.dataset.about, said.textContent] = [news[0], phrase(this.dataset.newOne, { words: news[1] })];
    else if (!this.#waiting().has(said.dataset.about)) said.textContent = "";
  }

  /**
   * One who has come into the conversation, or is out of it, needs another page; what is typed stays.
   * Who was out of it and is in again only needs its line: the server had closed it for good.
   * @param {Element} fresh
   */
  #compare(fresh) {
    const inside = "[data-inside]";
    const [mine, now] = [this, fresh].map((root) => root.querySelector(inside)?.getAttribute("data-inside"));
    if (mine === now) return;
    if (mine && now) {
      this.querySelector(inside)?.setAttribute("data-inside", now);
      this.#losing?.abort();
      this.#losing = undefined;
      this.querySelector("telemed-conversation")?.dispatchEvent(new Event("telemed-resume"));
    } else if (mine && unsentIn(this)) this.#lose();
    else if (!this.#note?.value) location.reload();
  }

  /** The ticket is somebody else's, and something is not sent: said once, and kept. */
  #lose() {
    if (this.#losing) return;
    this.#losing = new AbortController();
    keepUnsent(this, this.#losing.signal);
    const detail = { text: this.dataset.lost, level: "warn" };
    document.dispatchEvent(new CustomEvent("telemed-toast", { detail }));
  }

  /** The tickets that nobody has, by their key. */
  #waiting() {
    const rows = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-waits]"));
    const part = (/** @type {HTMLElement} */ row, /** @type {string} */ name) => row.querySelector(name)?.textContent?.trim().replace(/\s+/g, " ") ?? "";
    return new Map([...rows].map((row) => [row.dataset.row, `${part(row, ".case__channel")} ${part(row, ".case__subject")}`]));
  }

  #tick() {
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.querySelectorAll("time[data-since]"))) {
      write(time, span(this.#clock.now - Date.parse(time.dateTime)));
    }
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.querySelectorAll("time[data-due]"))) {
      const left = Date.parse(time.dateTime) - this.#clock.now;
      const words = left < 0 ? this.dataset.overdue : this.dataset.due;
      write(time, phrase(words, { time: span(Math.abs(left)) }));
      time.dataset.state = pressure(left);
    }
  }

  /** Rings while an emergency waits; where the browser holds sound back, a button asks for a touch. */
  async #sound() {
    const rings = Boolean(this.querySelector("[data-alarm]"));
    this.toggleAttribute("data-rings", rings);
    if (!rings) {
      clearInterval(this.#alarm);
      this.#alarm = undefined;
    } else if (!this.#alarm) {
      const ring = () => void announce("emergency", hearing.variant("emergency"));
      this.#alarm = setInterval(ring, ALARM_EVERY);
      ring();
    }
    refs(this).sound.hidden = await unlock();
  }
}

/**
 * @param {Element} element
 * @param {string} words
 */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

customElements.define("telemed-desk", Desk);

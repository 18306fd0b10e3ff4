/** The page of an emergency: counts down, asks when it is time or the socket is away, keeps what is told. */

import { refs } from "../lib/dom.js";
import { submitted } from "../lib/http.js";
import { ServerClock, arrivedAt } from "../lib/timing.js";
import { Keeping } from "../models/keeping.js";
import { me } from "../models/me.js";

const TICK = 250;
/** A page that hears nothing asks so often; one that hears asks all the same, for hints get lost. */
const DEAF = 3_000;
const HEARING = 15_000;
/** After the deadline the server has taken the next step as soon as it is asked. */
const OVERDUE = 1_000;
const PATIENCE = 15_000;

class Emergency extends HTMLElement {
  #listening = new AbortController();
  #asked = Date.now();
  #clock = new ServerClock();
  #told = new Keeping(() => this.#send(), (word) => this.#say(word));

  connectedCallback() {
    const { signal } = this.#listening;
    const { details } = refs(this);
    this.#clock.hear(this.querySelector("[data-now]")?.getAttribute("data-now"), arrivedAt());
    const timer = setInterval(() => this.#tick(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
    details?.addEventListener("submit", (/** @type {Event} */ event) => this.#keep(event), { signal });
    this.addEventListener("telemed-located", () => this.#told.keep(), { signal });
    for (const back of /** @type {EventTarget[]} */ ([globalThis, me])) {
      for (const type of ["online", "open"]) back.addEventListener(type, () => void this.#told.again(), { signal });
    }
    signal.addEventListener("abort", () => this.#told.stop());
    this.addEventListener("toggle", (event) => this.#bringInView(event), { signal, capture: true });
    this.#watchFace();
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  get #live() {
    return /** @type {HTMLElement} */ (this.querySelector("#emergency-live"));
  }

  #tick() {
    const late = this.#count();
    const pause = late ? OVERDUE : me.state === "open" ? HEARING : DEAF;
    if ("over" in this.dataset || Date.now() - this.#asked < pause) return;
    this.#asked = Date.now();
    this.#live.dispatchEvent(new CustomEvent("telemed-stale"));
  }

  /** Whether the deadline has passed. */
  #count() {
    const circle = /** @type {HTMLElement | null} */ (this.querySelector("[data-next-at]"));
    if (!circle?.dataset.nextAt) return false;
    this.#clock.hear(circle.dataset.now);
    const left = Date.parse(circle.dataset.nextAt) - this.#clock.now;
    const seconds = Math.max(0, Math.ceil(left / 1000));
    const shown = /** @type {HTMLElement} */ (circle.querySelector("[data-seconds]"));
    if (shown.textContent !== String(seconds)) shown.textContent = String(seconds);
    const share = Math.min(100, (seconds / 15) * 100);
    circle.querySelector(".countdown__left")?.setAttribute("stroke-dasharray", `${share} 100`);
    return left <= 0;
  }

  /**
   * What one may do here has changed: the rest of the page is another, too. Whoever has changed it
   * by a button is on the way to where that leads, perhaps into the call, and must not be stopped.
   * Whoever writes what became of the person goes on in the form that asks for it afterwards.
   */
  #watchFace() {
    const { signal } = this.#listening;
    const face = this.#live.dataset.face;
    let isLeaving = false;
    const goes = (/** @type {SubmitEvent} */ { target, defaultPrevented }) =>
      !defaultPrevented && target instanceof HTMLFormElement && ["", window.name].includes(target.target);
    document.addEventListener("submit", (event) => (isLeaving ||= goes(event)), { signal });
    const turn = (/** @type {Event} */ event) => {
      const { detail } = /** @type {CustomEvent<HTMLElement>} */ (event);
      if (detail.dataset.face !== face && !isLeaving && !this.#isTelling) location.reload();
    };
    this.#live.addEventListener("telemed-renewed", turn, { signal });
  }

  /** What opens below the screen would not be seen: last of it what it is for. @param {Event} event */
  #bringInView(event) {
    const details = /** @type {HTMLDetailsElement} */ (event.target);
    if (details.open) details.querySelector(".button--stop")?.scrollIntoView({ block: "nearest" });
  }

  /** Something of what became of the person is chosen or typed. */
  get #isTelling() {
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("#emergency-end :is(textarea, [type=radio])"));
    return [...fields].some((field) => (field.type === "radio" ? field.checked : field.value.trim()));
  }

  /** @param {Event} event */
  #keep(event) {
    event.preventDefault();
    this.#told.keep();
  }

  /** A redirect is opaque here, and has the status of an answer that has come. */
  async #send() {
    const answer = await submitted(refs(this).details, { patience: PATIENCE, redirect: "manual" });
    return answer?.type === "opaqueredirect" ? 200 : (answer?.status ?? 0);
  }

  /** @param {string} word */
  #say(word) {
    const { saved, saving } = refs(this);
    saved.textContent = saving.content.querySelector(`[data-word="${word}"]`)?.textContent ?? "";
  }
}

customElements.define("telemed-emergency", Emergency);

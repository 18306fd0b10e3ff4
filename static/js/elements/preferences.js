/** The page of preferences: each change saves itself; without a script its form has one button. */

import { clone, refs } from "../lib/dom.js";
import { patch } from "../lib/http.js";
import { pause } from "../lib/timing.js";
import "./sound_try.js";

const PAUSE = 3_000;

/**
 * @typedef {"saving" | "saved" | "refused" | "failed"} State
 * @typedef {import("../lib/http.js").Problem} Problem
 */

class Preferences extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** One after the other, so that the last choice is the one that stays. */
  #saving = Promise.resolve();

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    refs(this).save.hidden = true;
    this.addEventListener("change", (event) => this.#changed(/** @type {HTMLInputElement} */ (event.target)), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {HTMLInputElement | HTMLSelectElement} control */
  #changed(control) {
    const part = /** @type {HTMLElement} */ (control.closest("[data-part]"));
    const data = this.#wish(part.dataset.part ?? "", control);
    this.#say(part, "saving");
    this.#saving = this.#saving.then(() => this.#save(part, data));
  }

  /**
   * What the API is asked for; it says what is missing.
   * @param {string} part
   * @param {HTMLInputElement | HTMLSelectElement} control
   */
  #wish(part, control) {
    if (part === "matrix") {
      const [kind, transport] = control.value.split(":");
      return { matrix: { [kind]: { [transport]: /** @type {HTMLInputElement} */ (control).checked } } };
    }
    if (part === "sounds") return { sounds: { [control.name.replace("sound_", "")]: control.value } };
    return this.#quiet;
  }

  get #quiet() {
    const { quiet_from: from, quiet_to: to, has_quiet_hours: on, lets_urgent_through: urgent } = this.#fields;
    const hours = { is_on: on.checked, start: from.value || null, end: to.value || null };
    return { quiet_hours: { ...hours, lets_urgent_through: urgent.checked } };
  }

  /**
   * @param {HTMLElement} part
   * @param {object} data
   */
  async #save(part, data) {
    try {
      const kept = await patch(this.dataset.address ?? "", data);
      if (part.dataset.part === "quiet") {
        this.#mark("");
        this.#complete(kept.quiet_hours);
      }
      refs(this).save.hidden = true;
      this.#say(part, "saved");
    } catch (error) {
      const { status, detail } = /** @type {Problem} */ (error);
      const isRefused = status >= 400 && status < 500;
      if (isRefused) this.#mark(detail);
      else refs(this).save.hidden = false;
      this.#say(part, isRefused ? "refused" : "failed");
      if (status === 0) await this.#again(part, data);
    }
  }

  /**
   * Without an answer it is asked again until there is one: what the page shows as chosen is to be so.
   * @param {HTMLElement} part
   * @param {object} data
   */
  async #again(part, data) {
    await pause(PAUSE);
    if (this.isConnected) await this.#save(part, data);
  }

  /**
   * Hours that are off keep their times: an end that was emptied shows them again.
   * @param {{start: string | null, end: string | null}} kept
   */
  #complete({ start, end }) {
    const { quiet_from: from, quiet_to: to } = this.#fields;
    const rest = () => {
      if (start && !from.value) from.value = start.slice(0, 5);
      if (end && !to.value) to.value = end.slice(0, 5);
    };
    const chosen = [from, to].find((field) => field === document.activeElement);
    if (chosen) chosen.addEventListener("blur", rest, { once: true });
    else rest();
  }

  /**
   * Says what is wrong where every form says it; the cursor stays where someone is choosing.
   * @param {string} words
   */
  #mark(words) {
    const { summary, problem, beside } = refs(this);
    const { quiet_from: from, quiet_to: to } = this.#fields;
    const empty = [from, to].filter(({ value }) => !value);
    const wrong = words ? (empty.length ? empty : [from, to]) : [];
    beside.textContent = words;
    for (const field of [from, to]) {
      field.setAttribute("aria-invalid", String(wrong.includes(field)));
      field.setAttribute("aria-describedby", beside.id);
    }
    summary.replaceChildren();
    if (!words) return;
    const told = clone(problem);
    Object.assign(refs(told).words, { textContent: words, href: `#${wrong[0].id}` });
    summary.append(told);
  }

  /**
   * @param {HTMLElement} part
   * @param {State} state
   */
  #say(part, state) {
    const { state: place } = refs(part);
    place.dataset.state = state;
    place.textContent = place.dataset[state];
  }

  /** @returns {Record<string, HTMLInputElement>} */
  get #fields() {
    return /** @type {any} */ (refs(this).form.elements);
  }
}

customElements.define("telemed-preferences", Preferences);

/** Asks for microphone and camera, and when one is refused, says why and what can be done. */

import { pause } from "../lib/timing.js";

/** @typedef {import("../rtc/devices.js").Devices} Devices */
/** @typedef {import("../rtc/devices.js").Problem} Problem */
/** @typedef {import("../rtc/devices.js").Outcome} Outcome */

/** So that the same words said twice are seen to be said twice. */
const BLINK = 400;
/** Who has not answered the browser's question by then may not have seen it. */
const UNANSWERED = 5000;

export class CallDevices {
  #settle = () => {};
  /** @type {Promise<void>} */ decided = new Promise((settle) => (this.#settle = settle));

  /** @param {HTMLElement} root @param {Record<string, any>} refs @param {{devices: Devices, camera: boolean, signal: AbortSignal}} options */
  constructor(root, refs, { devices, camera, signal }) {
    this.#root = root;
    this.#refs = refs;
    this.#devices = devices;
    this.#camera = camera;
    const { trouble, try_again, audio_only, join_without, go_back, write_instead } = refs;
    try_again.addEventListener("click", () => void this.#again(), { signal });
    for (const button of [audio_only, join_without, go_back]) button.addEventListener("click", () => trouble.close(), { signal });
    write_instead?.addEventListener("click", () => this.#write(), { signal });
    trouble.addEventListener("close", () => this.#settle(), { signal });
  }

  /**
   * Asks; what this person joins with is settled when `decided` resolves. A microphone is enough to
   * begin: the dialog about a camera then stands before a call that already goes on.
   */
  async decide() {
    const round = ++this.#round;
    const unanswered = setTimeout(() => (this.#isWriting ? this.#settle() : this.#show("unanswered")), UNANSWERED);
    const { microphone, camera } = await this.#devices.open({ camera: this.#camera });
    clearTimeout(unanswered);
    if (round !== this.#round) return;
    const problem = microphone ?? camera;
    if (!microphone) this.#settle();
    if (problem) this.#show(problem);
    else this.#refs.trouble.close();
  }

  /** Whatever is still asked for is nobody's business any more. */
  stop() {
    this.#round += 1;
    this.#refs.trouble.close();
  }

  /** In a call that goes on. @param {Problem} problem @param {import("../rtc/devices.js").Device} device that Try again asks for, too */
  explain(problem, device) {
    this.#camera ||= device === "camera";
    this.#show(problem, { joined: true });
  }

  /** @param {Problem|"unanswered"} problem */
  #show(problem, { joined = false } = {}) {
    const { trouble, trouble_title, trouble_steps, trouble_still, audio_only, join_without, go_back, ways_out, try_again, instead } = this.#refs;
    const template = this.#root.querySelector(`template[data-problem="${problem}"]`);
    if (!(template instanceof HTMLTemplateElement)) return this.#settle();
    const [title, still, ...steps] = [...template.content.cloneNode(true).childNodes].filter((node) => node instanceof Element);
    trouble_title.textContent = title?.textContent ?? "";
    trouble_steps.replaceChildren(...steps);
    trouble_still.textContent = this.#repeated ? (still?.textContent ?? "") : "";
    audio_only.hidden = joined || !this.#devices.microphone;
    join_without.hidden = joined || Boolean(this.#devices.microphone) || Boolean(instead);
    if (instead) instead.hidden = Boolean(this.#devices.microphone);
    go_back.hidden = !joined;
    ways_out.hidden = joined;
    try_again.hidden = problem === "unanswered";
    if (!trouble.open) trouble.showModal();
  }

  #root;
  #refs;
  #devices;
  #camera;
  #round = 0;
  #repeated = false;

  /** Beside an emergency call there is a field; whoever writes in it is not to be stopped by a question. */
  get #isWriting() {
    return Boolean(this.#refs.instead) && document.activeElement === this.#refs.input;
  }

  #write() {
    this.#refs.trouble.close();
    this.#refs.input?.focus();
  }

  async #again() {
    const { try_again, trouble_still } = this.#refs;
    if (try_again.ariaBusy === "true") return;
    try_again.ariaBusy = "true";
    trouble_still.textContent = "";
    this.#repeated = true;
    await pause(BLINK);
    await this.decide();
    this.#repeated = false;
    try_again.ariaBusy = "false";
  }
}

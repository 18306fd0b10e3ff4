/** Asks for microphone and camera, and when one is refused, says why and what can be done. */

import { pause } from "../lib/timing.js";

/** @typedef {import("../rtc/devices.js").Devices} Devices */
/** @typedef {import("../rtc/devices.js").Problem} Problem */
/** @typedef {import("../rtc/devices.js").Outcome} Outcome */

/** So that the same words said twice are seen to be said twice. */
const BLINK = 400;

export class CallDevices {
  #settle = () => {};
  /** @type {Promise<void>} */ decided = new Promise((settle) => (this.#settle = settle));

  /** @param {HTMLElement} root @param {Record<string, any>} refs @param {{devices: Devices, camera: boolean, signal: AbortSignal}} options */
  constructor(root, refs, { devices, camera, signal }) {
    this.#root = root;
    this.#refs = refs;
    this.#devices = devices;
    this.#camera = camera;
    const { trouble, try_again, audio_only, join_without } = refs;
    try_again.addEventListener("click", () => void this.#again(), { signal });
    for (const button of [audio_only, join_without]) button.addEventListener("click", () => trouble.close(), { signal });
    trouble.addEventListener("close", () => this.#settle(), { signal });
  }

  /**
   * Asks; what this person joins with is settled when `decided` resolves. A microphone is enough to
   * begin: the dialog about a camera then stands before a call that already goes on.
   */
  async decide() {
    const round = ++this.#round;
    const { microphone, camera } = await this.#devices.open({ camera: this.#camera });
    if (round !== this.#round) return;
    const problem = microphone ?? camera;
    if (!microphone) this.#settle();
    if (problem) this.explain(problem, microphone ? "microphone" : "camera");
    else this.#refs.trouble.close();
  }

  /** Whatever is still asked for is nobody's business any more. */
  stop() {
    this.#round += 1;
    this.#refs.trouble.close();
  }

  /** @param {Problem} problem @param {import("../rtc/devices.js").Device} device that Try again asks for, too */
  explain(problem, device) {
    this.#camera ||= device === "camera";
    const { trouble, trouble_title, trouble_steps, trouble_still, audio_only, join_without } = this.#refs;
    const template = this.#root.querySelector(`template[data-problem="${problem}"]`);
    if (!(template instanceof HTMLTemplateElement)) return this.#settle();
    const [title, still, ...steps] = [...template.content.cloneNode(true).childNodes].filter((node) => node instanceof Element);
    trouble_title.textContent = title?.textContent ?? "";
    trouble_steps.replaceChildren(...steps);
    trouble_still.textContent = this.#repeated ? (still?.textContent ?? "") : "";
    audio_only.hidden = !this.#devices.microphone;
    join_without.hidden = Boolean(this.#devices.microphone);
    if (!trouble.open) trouble.showModal();
  }

  #root;
  #refs;
  #devices;
  #camera;
  #round = 0;
  #repeated = false;

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

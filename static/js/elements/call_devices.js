/** Asks for microphone and camera, and when one is refused, says why and what can be done. */

/** @typedef {import("../rtc/devices.js").Devices} Devices */
/** @typedef {import("../rtc/devices.js").Problem} Problem */
/** @typedef {import("../rtc/devices.js").Outcome} Outcome */

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
    const { microphone, camera } = await this.#devices.open({ camera: this.#camera });
    const problem = microphone ?? camera;
    if (!microphone) this.#settle();
    if (problem) this.explain(problem, microphone ? "microphone" : "camera");
    else this.close();
  }

  /** @param {Problem} problem @param {import("../rtc/devices.js").Device} device that Try again asks for, too */
  explain(problem, device) {
    this.#camera ||= device === "camera";
    const { trouble, trouble_title, trouble_steps, audio_only, join_without } = this.#refs;
    const template = this.#root.querySelector(`template[data-problem="${problem}"]`);
    if (!(template instanceof HTMLTemplateElement)) return this.#settle();
    const [title, ...steps] = [...template.content.cloneNode(true).childNodes].filter((node) => node instanceof Element);
    trouble_title.textContent = title?.textContent ?? "";
    trouble_steps.replaceChildren(...steps);
    audio_only.hidden = !this.#devices.microphone;
    join_without.hidden = Boolean(this.#devices.microphone);
    if (!trouble.open) trouble.showModal();
  }

  close() {
    this.#refs.trouble.close();
  }

  #root;
  #refs;
  #devices;
  #camera;

  async #again() {
    const { try_again } = this.#refs;
    try_again.ariaBusy = "true";
    await this.decide();
    try_again.ariaBusy = "false";
  }
}

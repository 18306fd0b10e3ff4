/** The buttons of a call and their keys: microphone and camera. */

/** @typedef {import("../rtc/devices.js").Devices} Devices */

/** @param {HTMLElement} button @param {boolean} off */
function press(button, off) {
  button.dataset.off = String(off);
  for (const face of /** @type {NodeListOf<HTMLElement>} */ (button.querySelectorAll("[data-face]"))) {
    face.hidden = face.dataset.face !== (off ? "off" : "on");
  }
}

/** Muting keeps the microphone open but silent; turning the camera off lets it go, and its light. */
export class CallControls {
  muted = false;

  /**
   * @param {Record<string, any>} refs
   * @param {{devices: Devices, signal: AbortSignal, changed: () => void,
   *   refused: (device: import("../rtc/devices.js").Device, problem: import("../rtc/devices.js").Problem) => void}} options
   */
  constructor(refs, { devices, signal, changed, refused }) {
    this.#refs = refs;
    this.#devices = devices;
    this.#changed = changed;
    this.#refused = refused;
    const click = (/** @type {HTMLElement} */ button, /** @type {() => void} */ act) =>
      button.addEventListener("click", act, { signal });
    click(refs.mute, () => void this.mute(!this.muted));
    click(refs.unmute, () => void this.mute(false));
    click(refs.try_microphone, () => void this.mute(false));
    click(refs.camera, () => void this.#toggleCamera());
    addEventListener("keydown", (event) => this.#key(event), { signal });
    devices.addEventListener("change", () => this.show(), { signal });
  }

  /** Outside of the call there is nothing to turn on. @param {{live: boolean}} how */
  enter({ live }) {
    this.#live = live;
    this.#refs.mute.hidden = this.#refs.camera.hidden = !live;
  }

  /** @param {boolean} muted */
  async mute(muted) {
    if (!this.#live) return;
    this.muted = muted;
    if (!muted) await this.#turnOn("microphone", this.#refs.mute);
    this.show();
  }

  show() {
    const { microphone, camera } = this.#devices;
    if (microphone) microphone.enabled = !this.muted;
    press(this.#refs.mute, this.muted || !microphone);
    press(this.#refs.camera, !camera);
    this.#changed();
  }

  #refs;
  #devices;
  #changed;
  #refused;
  #live = true;

  async #toggleCamera() {
    if (!this.#live) return;
    if (this.#devices.camera) this.#devices.turnOff("camera");
    else await this.#turnOn("camera", this.#refs.camera);
  }

  /** @param {import("../rtc/devices.js").Device} device @param {HTMLElement} button */
  async #turnOn(device, button) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const problem = await this.#devices.turnOn(device);
    button.ariaBusy = "false";
    if (problem && this.#live) this.#refused(device, problem);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const writes = target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (writes || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "m") this.#refs.mute.click();
    if (event.key.toLowerCase() === "v") this.#refs.camera.click();
  }
}

/** Microphone and camera: asked for by a ladder, refused by name, and let go on every way out. */

/** @typedef {"denied"|"system"|"missing"|"busy"|"unsuitable"|"insecure"} Problem */
/** @typedef {"microphone"|"camera"} Device */
/** @typedef {{microphone: Problem|null, camera: Problem|null}} Outcome */

/** @type {Record<Device, MediaTrackConstraints>} */
const WISHES = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" },
};
/** @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", NotReadableError: "busy",
  AbortError: "busy", OverconstrainedError: "unsuitable", TypeError: "insecure",
};

/** @param {unknown} error @returns {Problem} */
export function problemOf(error) {
  if (!(error instanceof Error)) return "busy";
  const named = PROBLEMS[error.name] ?? "busy";
  return named === "denied" && /system/i.test(error.message) ? "system" : named;
}

/**
 * Holds at most one track of each kind. "change" (detail Device) is dispatched when a track comes,
 * goes, or is taken away by the system.
 */
export class Devices extends EventTarget {
  /** @type {MediaStreamTrack|null} */ microphone = null;
  /** @type {MediaStreamTrack|null} */ camera = null;

  /** @param {Pick<MediaDevices, "getUserMedia">|undefined} [media] undefined on an insecure address */
  constructor(media = globalThis.navigator?.mediaDevices) {
    super();
    this.#media = media;
  }

  /**
   * Both at once, so that the browser asks once; then each alone, so that one missing device does not
   * take the other with it.
   * @param {{camera: boolean}} wanted @returns {Promise<Outcome>} what was refused, and why
   */
  async open({ camera }) {
    if (!camera) return { microphone: await this.#ask(["microphone"]), camera: null };
    const round = this.#round;
    const both = await this.#ask(["microphone", "camera"]);
    if (!both) return { microphone: null, camera: null };
    if (round !== this.#round) return { microphone: both, camera: both };
    const microphone = await this.#ask(["microphone"]);
    const mayDiffer = round === this.#round && (microphone === "missing" || microphone === "busy");
    return { microphone, camera: mayDiffer ? await this.#ask(["camera"]) : both };
  }

  /** @param {Device} device @returns {Promise<Problem|null>} */
  async turnOn(device) {
    if (this[device]) return null;
    return this.#ask([device]);
  }

  /** Stops the track, so that the light goes off. @param {Device} device */
  turnOff(device) {
    this.#put(device, null);
  }

  /** Lets everything go, also what is still being asked for. */
  release() {
    this.#round += 1;
    this.turnOff("microphone");
    this.turnOff("camera");
  }

  #media;
  #round = 0;

  /** @param {Device[]} devices @returns {Promise<Problem|null>} */
  async #ask(devices) {
    const round = this.#round;
    try {
      const tracks = await this.#get(devices);
      if (round !== this.#round) for (const track of tracks) track.stop();
      else for (const track of tracks) this.#put(track.kind === "audio" ? "microphone" : "camera", track);
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  /** @param {Device[]} devices @returns {Promise<MediaStreamTrack[]>} */
  async #get(devices) {
    const media = this.#media;
    if (!media) throw new TypeError("no media devices");
    const wish = (/** @type {Device} */ device) => devices.includes(device) && WISHES[device];
    const any = { audio: devices.includes("microphone"), video: devices.includes("camera") };
    const stream = await media.getUserMedia({ audio: wish("microphone"), video: wish("camera") }).catch((error) => {
      if (error.name !== "OverconstrainedError") throw error;
      return media.getUserMedia(any);
    });
    return stream.getTracks();
  }

  /** @param {Device} device @param {MediaStreamTrack|null} track */
  #put(device, track) {
    const before = this[device];
    if (before === track) return;
    before?.stop();
    this[device] = track;
    track?.addEventListener("ended", () => this[device] === track && this.#put(device, null), { once: true });
    this.dispatchEvent(new CustomEvent("change", { detail: device }));
  }
}

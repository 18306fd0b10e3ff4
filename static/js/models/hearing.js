/** Whether a sound is to be heard now, and which way of it: what the person has chosen, and when. */

/** @typedef {import("../wire.js").NotificationsPreferencesChanged} Choice */

/** These may sound in quiet hours, where the person lets them. */
const URGENT = new Set(["call", "emergency"]);
const DEFAULT = "chime";

export class Hearing {
  #choice;
  #zone;

  /**
   * @param {Partial<Choice>} choice
   * @param {string} [zone] in which the quiet hours are meant
   */
  constructor(choice, zone) {
    this.#choice = choice;
    this.#zone = zone;
  }

  /** @param {Partial<Choice>} choice */
  change(choice) {
    this.#choice = choice;
  }

  /**
   * The variant to play; empty for silence.
   * @param {string} sound
   * @param {Date} [now]
   */
  variant(sound, now = new Date()) {
    return this.reason(sound, now) ? "" : this.#chosen(sound);
  }

  /**
   * Why there is silence: `undisturbed`, `quiet` or `chosen`; empty where there is none.
   * @param {string} sound
   * @param {Date} [now]
   */
  reason(sound, now = new Date()) {
    const silence = this.#silence(now);
    if (silence && (!URGENT.has(sound) || this.#choice.lets_urgent_through === false)) return silence;
    return this.#chosen(sound) ? "" : "chosen";
  }

  /** Whether all that is not urgent comes without a sound. */
  isSilent(now = new Date()) {
    return this.#silence(now) !== "";
  }

  /** @param {Date} now */
  #silence(now) {
    if (Date.parse(this.#choice.undisturbed_until ?? "") > now.valueOf()) return "undisturbed";
    return this.#isQuietHour(now) ? "quiet" : "";
  }

  /** @param {string} sound */
  #chosen(sound) {
    return this.#choice.sounds?.[sound] ?? DEFAULT;
  }

  /** @param {Date} now */
  #isQuietHour(now) {
    const { quiet_from: start, quiet_to: end } = this.#choice;
    if (!start || !end) return false;
    const shape = { timeZone: this.#zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const clock = new Intl.DateTimeFormat("en-GB", /** @type {Intl.DateTimeFormatOptions} */ (shape)).format(now);
    return start <= end ? start <= clock && clock < end : clock >= start || clock < end;
  }
}

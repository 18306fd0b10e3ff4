/** A path was lost: whether by us, or because the other side is gone. */

/** Someone who is there looks for a new path, and says so, at least this often. */
const QUIET = 14_000;
const EVERY = 4000;
const ANSWER = 5000;

/**
 * Who hears nothing from the other side, while the server answers, is not the one that is away.
 * Nothing is claimed before that is known.
 */
export class CallAbsence {
  /** @param {() => Promise<boolean>} reach whether the server answers @param {() => void} absent the other is gone */
  constructor(reach, absent) {
    this.#reach = reach;
    this.#absent = absent;
  }

  /** The path is lost, or found to be ours to find again. */
  begin() {
    this.hear();
    this.#timer ??= setInterval(() => void this.#look(), EVERY);
  }

  /** A sign of life from the other side. */
  hear() {
    this.#heard = performance.now();
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #reach;
  #absent;
  #heard = 0;
  /** @type {ReturnType<typeof setInterval>|undefined} */ #timer;

  get #quiet() {
    return this.#timer !== undefined && performance.now() - this.#heard > QUIET;
  }

  async #look() {
    if (!this.#quiet) return;
    const late = new Promise((done) => setTimeout(() => done(false), ANSWER));
    const answered = await Promise.race([this.#reach(), late]);
    if (answered && this.#quiet) this.#absent();
  }
}

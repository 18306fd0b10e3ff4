/** Keeps the screen on, where the browser can; it lets go whenever the page is hidden. */

export class WakeLock {
  #wanted = false;
  /** @type {WakeLockSentinel | undefined} */
  #lock;
  #turn = Promise.resolve();

  /** @param {AbortSignal} signal */
  constructor(signal) {
    document.addEventListener("visibilitychange", () => this.hold(this.#wanted), { signal });
  }

  /** @param {boolean} wanted */
  hold(wanted) {
    this.#wanted = wanted;
    this.#turn = this.#turn.then(() => this.#follow());
  }

  async #follow() {
    if (!this.#wanted) return this.#lock?.release();
    if (document.hidden || this.#lock?.released === false) return;
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
  }
}

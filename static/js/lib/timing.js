/** Waiting: back-off with jitter, debouncing, the server's time, and times in words. */

/**
 * How long to wait before try number `attempt` (0, 1, 2, …), in milliseconds.
 * Half of it is chance, so that a thousand pages do not come back in the same second.
 * @param {number} attempt
 * @param {number} [cap]
 */
export function backoff(attempt, cap = 30_000) {
  const full = Math.min(cap, 1_000 * 2 ** Math.min(attempt, 10));
  return full / 2 + (Math.random() * full) / 2;
}

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * `run`, once `ms` have passed without another call; `flush` runs what is waiting now.
 * @param {() => void} run
 * @param {number} ms
 */
export function debounce(run, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, ms);
  };
  const now = () => {
    timer = undefined;
    run();
  };
  later.flush = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    now();
  };
  return later;
}

/**
 * Seconds as `0:21`, `12:04` or `1:02:33`.
 * @param {number} seconds
 */
export function duration(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** When the page began to come: the times in it are as old as that. */
export const arrivedAt = () => /** @type {any} */ (performance.getEntriesByType("navigation")[0])?.responseStart;

/** The server's time: what it says is read late and never early, so what puts it furthest ahead is nearest. */
export class ServerClock {
  #ahead = -Infinity;

  /** @param {string | null | undefined} at a time @param {number} [came] when it came */
  hear(at, came = performance.now()) {
    this.#ahead = Math.max(this.#ahead, Date.parse(at ?? "") - came || -Infinity);
  }

  /** By this device's clock while nothing has been heard. */
  get now() {
    return isFinite(this.#ahead) ? performance.now() + this.#ahead : Date.now();
  }
}

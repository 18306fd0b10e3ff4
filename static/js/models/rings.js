/** The calls that ring for this person: which one is asked about, and until when. */

/** @typedef {import("../wire.js").CallsCallRang} Ring */

/** A ring lasts 30 s; a deadline further away than this only shows that the clocks differ. */
const LONGEST = 35_000;

/** Dispatches `change` whenever the calls that ring are others than before. */
export class Rings extends EventTarget {
  /** @type {Map<string, {ring: Ring, timer: ReturnType<typeof setTimeout> | undefined}>} */
  #ringing = new Map();
  /** @type {Set<string>} */
  #answered = new Set();

  /** The call to ask about: the first that does not merely wait. */
  get current() {
    return this.#all().find(({ waiting }) => !waiting) ?? null;
  }

  /** Calls to someone already in a call. */
  get waiting() {
    return this.#all().filter(({ waiting }) => waiting);
  }

  get size() {
    return this.#ringing.size;
  }

  #all() {
    return [...this.#ringing.values()].map(({ ring }) => ring);
  }

  /** @param {Ring} ring */
  add(ring) {
    if (this.#answered.has(ring.id) || this.#ringing.has(ring.id)) return;
    this.#ringing.set(ring.id, { ring, timer: this.#expiry(ring) });
    this.#changed();
  }

  /**
   * What the server says rings now; everything else has stopped.
   * @param {Ring[]} rings
   */
  replace(rings) {
    const ids = new Set(rings.map(({ id }) => id));
    for (const id of [...this.#ringing.keys()]) if (!ids.has(id)) this.stop(id);
    for (const ring of rings) this.add(ring);
  }

  /**
   * Answered here: it must not ring again while the server is being told.
   * @param {string} id
   */
  answer(id) {
    this.#answered.add(id);
    this.stop(id);
  }

  /**
   * The answer did not reach the server.
   * @param {string} id
   */
  reopen(id) {
    this.#answered.delete(id);
  }

  /** @param {string} id */
  stop(id) {
    const known = this.#ringing.get(id);
    if (!known) return;
    clearTimeout(known.timer);
    this.#ringing.delete(id);
    this.#changed();
  }

  /** @param {Ring} ring */
  #expiry({ id, ring_expires_at }) {
    if (!ring_expires_at) return undefined;
    const left = Date.parse(ring_expires_at) - Date.now();
    return setTimeout(() => this.stop(id), left > 0 && left < LONGEST ? left : LONGEST);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

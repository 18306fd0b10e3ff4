/** The calls that ring for this person: which one is asked about, and until when. */

/** @typedef {import("../wire.js").CallsCallRang} Ring */

/** Of an emergency, which does not expire, what the caller has told may change while it rings. */
const LIVELY = "emergency";
/** A ring lasts 30 s; a deadline further away than this only shows that the clocks differ. */
const LONGEST = 35_000;

/** Dispatches `change` whenever the calls that ring are others than before. */
export class Rings extends EventTarget {
  /** @type {Map<string, {ring: Ring, timer: ReturnType<typeof setTimeout> | undefined}>} */
  #ringing = new Map();
  /** @type {Set<string>} */
  #answered = new Set();
  /** The calls heard of since the server was last asked. @type {Set<string>} */
  #heard = new Set();

  /** The call to ask about: an emergency, or the first that does not merely wait. */
  get current() {
    const aloud = this.#all().filter(({ waiting }) => !waiting);
    return aloud.find(({ kind }) => kind === LIVELY) ?? aloud[0] ?? null;
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

  /**
   * A call that merely waited may ring aloud now; one that rings aloud is never quietened.
   * @param {Ring} ring
   */
  add(ring) {
    this.#heard.add(ring.id);
    const known = this.#ringing.get(ring.id);
    // Whoever has declined an emergency is rung again only when nobody else hears it.
    if (ring.kind === LIVELY) this.#answered.delete(ring.id);
    if (known && ring.kind === LIVELY) {
      known.ring = ring;
      return this.#changed();
    }
    if (this.#answered.has(ring.id) || (known && (ring.waiting || !known.ring.waiting))) return;
    clearTimeout(known?.timer);
    // To the end: the dialog must not change under a finger.
    this.#ringing.delete(ring.id);
    this.#ringing.set(ring.id, { ring, timer: this.#expiry(ring) });
    this.#changed();
  }

  /** Before the server is asked: what is heard of from now on, to be handed back with its answer. */
  ask() {
    return (this.#heard = new Set());
  }

  /**
   * What the server said rings; everything else has stopped. An answer is older than what was heard
   * of since it was asked for, and worth nothing once it has been asked again.
   * @param {Ring[]} rings
   * @param {Set<string>} heard
   */
  replace(rings, heard) {
    if (heard !== this.#heard) return;
    const ids = new Set([...heard, ...rings.map(({ id }) => id)]);
    const news = rings.filter(({ id }) => !heard.has(id));
    for (const id of [...this.#ringing.keys()]) if (!ids.has(id)) this.stop(id);
    for (const ring of news) this.add(ring);
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
    this.#heard.add(id);
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

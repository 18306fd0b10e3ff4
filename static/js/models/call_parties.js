/** The other parties of a call: those the server names, and those who are only still heard. */

/** @typedef {{person: string, party_id: string}} Party */

/**
 * Who had no line to the server for too long has lost its place there, but sound and picture may go on between
 * the two. Then it stays until the path is lost as well, or until its person is back under a new name.
 */
export class CallParties {
  /** @param {import("../rtc/transport.js").Transport} transport @param {() => void} left the last one is gone, by the path */
  constructor(transport, left) {
    this.#transport = transport;
    this.#left = left;
    transport.addEventListener("state", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
  }

  /** From now on the server is being asked: whoever comes meanwhile may be missing in its answer. */
  ask() {
    this.#met.clear();
  }

  /** Somebody is here, under this name and no other. @param {Party} party */
  meet({ person, party_id }) {
    this.#met.add(party_id);
    this.#people.set(party_id, person);
    for (const heard of this.#heard) if (heard !== party_id && this.#people.get(heard) === person) this.part(heard);
  }

  /** All whom the server names; the others are gone, unless they are heard. @param {Party[]} named */
  agree(named) {
    const back = new Set(named.map(({ person }) => person));
    const present = new Set([...named.map(({ party_id }) => party_id), ...this.#met]);
    const lost = this.#transport.parties.filter((party) => !present.has(party));
    for (const party of lost) if (!back.has(this.#people.get(party) ?? "")) this.#keep(party);
    this.#transport.keep([...present, ...this.#heard]);
  }

  /** Its place was lost: answers whether that was the last one heard. @param {string} party */
  lose(party) {
    return !this.#keep(party) && this.part(party);
  }

  /** It is gone: answers whether nobody is heard any more. @param {string} party */
  part(party) {
    this.#heard.delete(party);
    return this.#transport.part(party) && !this.#transport.hearing;
  }

  knows = (/** @type {string} */ party) => this.#people.has(party);

  /** @param {string} party */
  #keep(party) {
    const heard = this.#transport.hears(party);
    if (heard) this.#heard.add(party);
    return heard;
  }

  /** @param {{party: string, state: string}} change */
  #follow({ party, state }) {
    if (state !== "connected" && this.#heard.has(party) && this.part(party)) this.#left();
  }

  #transport;
  #left;
  /** @type {Set<string>} */ #met = new Set();
  /** @type {Set<string>} */ #heard = new Set();
  /** @type {Map<string, string>} */ #people = new Map();
}

/** Candidates on their way out, gathered into few signals, and on their way in, which may be too early. */

const SIZE = 20;
const WAIT = 50;
const EARLY_LIMIT = 100;

/** The server takes at most twenty at once; an empty candidate, the last, says that there are no more. */
export class Candidates {
  /** @param {(candidates: RTCIceCandidateInit[]) => void} deliver */
  constructor(deliver) {
    this.#deliver = deliver;
  }

  /** @param {RTCIceCandidate|null} candidate null ends a round @param {string} mid of the bundle */
  add(candidate, mid) {
    if (candidate?.candidate === "") return; // Firefox's end of one m-line; null follows.
    this.#waiting.push(candidate?.toJSON() ?? { candidate: "", sdpMid: mid, sdpMLineIndex: 0 });
    if (this.#waiting.length === SIZE || !candidate) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), WAIT);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #deliver;
  /** @type {RTCIceCandidateInit[]} */ #waiting = [];
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;

  #flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length) this.#deliver(this.#waiting.splice(0));
  }
}

/**
 * What cannot be added yet (no description, or one of a restart whose offer comes later) waits for
 * the next description; what belongs to an offer we ignored falls out there.
 */
export class Arrivals {
  /** @param {RTCPeerConnection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {RTCIceCandidateInit} candidate */
  async add(candidate) {
    if (this.#connection.remoteDescription && (await this.#try(candidate))) return;
    if (this.#early.length < EARLY_LIMIT) this.#early.push(candidate);
  }

  /** A description has come. */
  async settle() {
    for (const candidate of this.#early.splice(0)) await this.#try(candidate);
  }

  #connection;
  /** @type {RTCIceCandidateInit[]} */ #early = [];

  /** @param {RTCIceCandidateInit} candidate */
  #try(candidate) {
    return this.#connection.addIceCandidate(candidate).then(() => true, () => false);
  }
}

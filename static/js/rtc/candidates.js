/** Gathers the candidates of one side into few signals. */

const SIZE = 20;
const WAIT = 50;

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

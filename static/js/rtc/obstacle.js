/** What stood in the way of candidates: kept for the moment in which no connection comes up. */

/** @typedef {"refused"|"unreachable"|"network"} Reason the relay refused us, could not be reached, or it is neither */

/** From here on it is an answer of the server (401 Unauthorized, 486 quota); 701 is the lack of one. */
const ANSWERS = { from: 300, to: 699 };
const NO_ANSWER = 701;

/** Watches one connection. Errors alone mean nothing: many a call with them comes up by another way. */
export class Obstacle {
  /** @param {RTCPeerConnection} connection @param {RTCConfiguration} configuration @param {AbortSignal} signal */
  constructor(connection, { iceTransportPolicy }, signal) {
    this.#relayOnly = iceTransportPolicy === "relay";
    connection.addEventListener("icecandidateerror", ({ errorCode }) => this.#codes.add(errorCode), { signal });
    connection.addEventListener("icecandidate", ({ candidate }) => candidate?.candidate && (this.#found = true), { signal });
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "gathering") this.#forget();
    }, { signal });
  }

  /** @returns {Reason} */
  get reason() {
    const codes = [...this.#codes];
    if (codes.some((code) => code >= ANSWERS.from && code <= ANSWERS.to)) return "refused";
    const silent = this.#relayOnly && !this.#found;
    return silent || codes.includes(NO_ANSWER) ? "unreachable" : "network";
  }

  #relayOnly;
  #found = false;
  /** @type {Set<number>} */ #codes = new Set();

  /** Candidates are looked for anew. */
  #forget() {
    this.#codes.clear();
    this.#found = false;
  }
}

/** Where a call stands for this page: a table of states and of the facts that move it. */

/**
 * @typedef {"preparing"|"calling"|"ringing"|"connecting"|"connected"|"reconnecting"|"stuck"|"waiting"|"ended"|"elsewhere"|"blocked"|"unprotected"} State
 *   stuck: both sides are there, but nothing passes between them
 * @typedef {"placed"|"alerted"|"accepted"|"connected"|"lost"|"absent"|"heard"|"stuck"|"ended"|"moved"|"refused"|"unprotected"} Fact
 *   lost: the path, by whomever; absent: the other side is gone; heard: it is there, or we are gone ourselves
 */

const ways = /** @type {const} */ ({ ended: "ended", moved: "elsewhere", refused: "blocked", unprotected: "unprotected" });

/** @type {Record<State, Partial<Record<Fact, State>>>} */
export const TRANSITIONS = {
  preparing: { ...ways, placed: "calling", alerted: "ringing", accepted: "connecting", connected: "connected" },
  calling: { ...ways, alerted: "ringing", accepted: "connecting", connected: "connected" },
  ringing: { ...ways, accepted: "connecting", connected: "connected" },
  connecting: { ...ways, connected: "connected", lost: "reconnecting", absent: "waiting", stuck: "stuck" },
  connected: { ...ways, lost: "reconnecting", absent: "waiting" },
  reconnecting: { ...ways, connected: "connected", absent: "waiting", stuck: "stuck" },
  stuck: { ...ways, connected: "connected", absent: "waiting", accepted: "connecting" },
  waiting: { ...ways, connected: "connected", heard: "reconnecting" },
  elsewhere: { ended: "ended", refused: "blocked", placed: "calling", accepted: "connecting" },
  blocked: { ended: "ended" },
  unprotected: { ended: "ended" },
  ended: {},
};

/** States in which this page has no part in the call: no media, no notices about them. */
export const OUTSIDE = Object.freeze(["elsewhere", "blocked", "unprotected", "ended"]);

/** What the line says that is such a fact. @type {Record<string, Fact>} */
export const NEWS = {
  alerted: "alerted", accepted: "accepted", parted: "lost", left: "absent", moved: "moved", refused: "refused",
  unprotected: "unprotected",
};

/** "change" (detail {from, to}) is dispatched for a fact that moves it; any other fact is no news. */
export class CallState extends EventTarget {
  /** @type {State} */ current = "preparing";

  /** @param {Fact} fact @returns {boolean} whether it moved */
  learn(fact) {
    const from = this.current;
    const to = TRANSITIONS[from][fact];
    if (!to) return false;
    this.current = to;
    this.dispatchEvent(new CustomEvent("change", { detail: { from, to } }));
    return true;
  }

  /** @param {...State} states */
  is(...states) {
    return states.includes(this.current);
  }
}

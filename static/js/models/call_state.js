/** Where a call stands for this page: a table of states and of the facts that move it. */

/**
 * @typedef {"preparing"|"calling"|"ringing"|"connecting"|"connected"|"reconnecting"|"ended"|"elsewhere"|"blocked"} State
 * @typedef {"placed"|"alerted"|"accepted"|"connected"|"lost"|"ended"|"moved"|"refused"} Fact
 */

const ways = /** @type {const} */ ({ ended: "ended", moved: "elsewhere", refused: "blocked" });

/** @type {Record<State, Partial<Record<Fact, State>>>} */
export const TRANSITIONS = {
  preparing: { ...ways, placed: "calling", alerted: "ringing", accepted: "connecting", connected: "connected" },
  calling: { ...ways, alerted: "ringing", accepted: "connecting", connected: "connected" },
  ringing: { ...ways, accepted: "connecting", connected: "connected" },
  connecting: { ...ways, connected: "connected", lost: "reconnecting" },
  connected: { ...ways, lost: "reconnecting" },
  reconnecting: { ...ways, connected: "connected" },
  elsewhere: { ended: "ended", refused: "blocked", placed: "calling", accepted: "connecting" },
  blocked: { ended: "ended" },
  ended: {},
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

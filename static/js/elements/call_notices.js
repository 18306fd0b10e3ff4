/** The small words over the picture: one's own media, and one's own line. */

/** @typedef {import("../models/call_state.js").State} State */
/** @typedef {import("../rtc/devices.js").Devices} Devices */

/** A drop shorter than this is nobody's business. */
const OFFLINE_AFTER = 5000;
const LINGER = 5000;

/** What is remembered here is shown only while this page is in the call. */
export class CallNotices {
  /** @param {Record<string, any>} refs @param {{socket: import("../lib/socket.js").Socket, signal: AbortSignal}} options */
  constructor(refs, { socket, signal }) {
    this.#refs = refs;
    this.#socket = socket;
    socket.addEventListener("drop", () => this.#expect(), { signal });
    socket.addEventListener("open", () => this.#relax(), { signal });
  }

  /** @param {{live: boolean, away: boolean}} how away: no picture or sound comes or goes */
  enter({ live, away }) {
    this.#live = live;
    this.#weak &&= !away;
    this.#show();
  }

  /** @param {Devices} devices @param {{muted: boolean}} options */
  reflect({ microphone }, { muted }) {
    this.#silent = !microphone;
    this.#muted = Boolean(microphone) && muted;
    this.#show();
  }

  /** Stays while it is bad, and five seconds more. @param {import("../rtc/stats.js").Level} level */
  judge(level) {
    clearTimeout(this.#linger);
    if (level !== "good") this.#weak = true;
    else this.#linger = setTimeout(() => ((this.#weak = false), this.#show()), LINGER);
    this.#show();
  }

  #refs;
  #socket;
  #live = true;
  #silent = false;
  #muted = false;
  #weak = false;
  #dropped = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #linger;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #offline;

  #expect() {
    this.#offline ??= setTimeout(() => ((this.#dropped = this.#socket.state !== "open"), this.#show()), OFFLINE_AFTER);
  }

  #relax() {
    clearTimeout(this.#offline);
    this.#offline = undefined;
    this.#dropped = false;
    this.#show();
  }

  #show() {
    const { muted, no_microphone, weak, offline, silent } = this.#refs;
    muted.hidden = !this.#live || !this.#muted;
    no_microphone.hidden = !this.#live || !this.#silent;
    weak.hidden = !this.#live || !this.#weak;
    offline.hidden = !this.#live || !this.#dropped;
    silent.hidden ||= !this.#live;
  }
}

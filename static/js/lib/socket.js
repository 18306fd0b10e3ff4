/** A WebSocket that comes back by itself, answers for each command, and notices when it is dead: by silence, or because the browser says so. */

import { WIRE } from "../wire.js";
import { backoff } from "./timing.js";

/** The server beats every 20 s; a socket silent for longer than two beats leads nowhere. */
const SILENCE = 45_000;
const HANDSHAKE = 15_000;
const STABLE = 10_000;
/** The server restarts, and another one is there or comes soon: no sign of trouble. */
const RESTART = 4012;
/** Sign in again, forbidden, not found, abuse, too large: trying again would not help. */
const FINAL = new Set([4001, 4003, 4004, 4008, 4009]);

/** The server has refused a command. */
export class Refused extends Error {
  /** @param {{code: string, detail: string}} refusal */
  constructor({ code, detail }) {
    super(detail);
    this.code = code;
    this.detail = detail;
  }
}

/** The socket died before the answer came: the command was carried out, or was not. */
export class Dropped extends Error {}

/**
 * Each message of the wire is dispatched as an event of its type, with `detail` its data; besides
 * `open` after every connection, `reopen` after all but the first, which follow a gap, `drop`, `beat` with the heads, and `gone` with the final code.
 */
export class Socket extends EventTarget {
  /** @type {WebSocket | null} */
  #link = null;
  /** @type {Map<string, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  /** @type {"connecting" | "open" | "waiting" | "closed"} */
  #state = "closed";
  #attempt = 0;
  #refs = 0;
  #openedAt = 0;
  #wasOpen = false;
  #heardAt = 0;
  #path;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;
  /** @type {AbortController | undefined} */
  #listening;

  /** @param {string} path */
  constructor(path) {
    super();
    this.#path = path;
  }

  get state() {
    return this.#state;
  }

  open() {
    if (this.#state !== "closed") return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    globalThis.addEventListener?.("online", () => this.reconnect(), { signal });
    globalThis.addEventListener?.("offline", () => this.#lost(1006), { signal });
    globalThis.document?.addEventListener("visibilitychange", () => this.#appear(), { signal });
    this.#watch = setInterval(() => this.#checkSilence(), 5_000);
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    this.#stop();
    this.#abandon();
  }

  /** Connects anew at once: someone asked for it, or the network has changed under us. */
  reconnect() {
    if (this.#state === "closed" || this.#state === "connecting") return;
    this.#abandon();
    clearTimeout(this.#retry);
    if (this.#isWaiting()) this.#connect();
  }

  /**
   * @param {string} type
   * @param {object} [data]
   * @returns {Promise<any>}
   */
  send(type, data = {}) {
    if (this.#state !== "open") return Promise.reject(new Dropped());
    const ref = String(++this.#refs);
    return new Promise((resolve, reject) => {
      this.#asked.set(ref, { resolve, reject });
      this.#link?.send(JSON.stringify({ type, data, ref }));
    });
  }

  /**
   * @param {string} type
   * @param {object} [data]
   */
  cast(type, data = {}) {
    if (this.#state === "open") this.#link?.send(JSON.stringify({ type, data }));
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#state = "connecting";
    this.#heardAt = Date.now();
    const link = new WebSocket(new URL(this.#path, location.href.replace(/^http/, "ws")));
    this.#link = link;
    // An abandoned link may still speak; only the present one is listened to.
    link.onopen = () => link === this.#link && this.#opened();
    link.onmessage = ({ data }) => link === this.#link && this.#heard(data);
    link.onclose = ({ code }) => link === this.#link && this.#lost(code);
  }

  #opened() {
    this.#state = "open";
    this.#openedAt = this.#heardAt = Date.now();
    this.dispatchEvent(new Event("open"));
    if (this.#wasOpen) this.dispatchEvent(new Event("reopen"));
    this.#wasOpen = true;
  }

  /** @param {string} text */
  #heard(text) {
    this.#heardAt = Date.now();
    const { type, data, ref } = JSON.parse(text);
    if (type === WIRE.BEAT) {
      // Here and not by a timer: hidden pages slow their timers, but not their messages.
      this.cast(WIRE.ANSWER_BEAT);
      this.dispatchEvent(new CustomEvent("beat", { detail: data.heads ?? {} }));
    } else if (type === WIRE.ACK || type === WIRE.REFUSED) {
      const asked = this.#asked.get(ref);
      this.#asked.delete(ref);
      if (type === WIRE.ACK) asked?.resolve(data.result);
      else asked?.reject(new Refused(data));
    } else {
      this.dispatchEvent(new CustomEvent(type, { detail: data }));
    }
  }

  /** @param {number} code */
  #lost(code) {
    this.#abandon();
    if (FINAL.has(code)) {
      this.#stop();
      this.dispatchEvent(new CustomEvent("gone", { detail: { code } }));
      return;
    }
    if (!this.#isWaiting()) return;
    if (code === RESTART) this.#attempt = 0;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#attempt++));
  }

  /** Lets the present link go; what was asked over it will not be answered. */
  #abandon() {
    const link = this.#link;
    if (!link) return;
    this.#link = null;
    if (this.#state === "open" && Date.now() - this.#openedAt > STABLE) this.#attempt = 0;
    if (this.#state !== "closed") this.#state = "waiting";
    link.close();
    for (const { reject } of this.#asked.values()) reject(new Dropped());
    this.#asked.clear();
    if (this.#state === "waiting") this.dispatchEvent(new Event("drop"));
  }

  #stop() {
    this.#state = "closed";
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#listening?.abort();
  }

  #appear() {
    if (document.visibilityState !== "visible") return;
    if (this.#state === "waiting") this.reconnect();
    else this.#checkSilence();
  }

  /** A path that swallows everything never closes the socket: only the missing beat betrays it. */
  #checkSilence() {
    if (this.#state === "waiting") return;
    const patience = this.#state === "open" ? SILENCE : HANDSHAKE;
    if (Date.now() - this.#heardAt <= patience) return;
    this.#abandon();
    if (this.#isWaiting()) this.#connect();
  }

  /** Asked anew after listeners have run: one of them may have closed or reconnected. */
  #isWaiting() {
    return this.#state === "waiting";
  }
}

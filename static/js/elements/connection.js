/** The banner that says, after five seconds, that the live connection is lost. */

import { clearTitle } from "../lib/title.js";
import { viewerOf } from "../lib/viewer.js";
import { me } from "../models/me.js";

/** @typedef {import("../lib/socket.js").Socket} Socket */

const PATIENCE = 5_000;
/** @type {Record<number, string>} */
const ENDINGS = { 4001: "signed-out", 4003: "gone", 4004: "gone" };

class Connection extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {Map<Socket, {lostAt: number, ending: string}>} */
  #sockets = new Map();

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const given = (/** @type {Event} */ event) => this.#watch(/** @type {CustomEvent} */ (event).detail.socket);
    document.addEventListener("telemed-socket", given, { signal });
    this.querySelector("[data-ref=now]")?.addEventListener("click", () => this.#reconnect(), { signal });
    if (viewerOf().person) this.#watch(me);
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#sockets.clear();
  }

  /** @param {Socket} socket */
  #watch(socket) {
    if (this.#sockets.has(socket)) return;
    const signal = this.#listening?.signal;
    const line = { lostAt: 0, ending: "" };
    const lose = () => {
      line.lostAt ||= Date.now();
      setTimeout(() => this.#show(), PATIENCE);
    };
    const find = () => {
      Object.assign(line, { lostAt: 0, ending: "" });
      this.#show();
    };
    const end = (/** @type {Event} */ event) => {
      line.ending = ENDINGS[/** @type {CustomEvent} */ (event).detail.code] ?? "waiting";
      this.#show();
    };
    this.#sockets.set(socket, line);
    socket.addEventListener("open", find, { signal });
    socket.addEventListener("drop", lose, { signal });
    socket.addEventListener("gone", end, { signal });
    if (socket.state !== "open") lose();
  }

  #show() {
    const lines = [...this.#sockets.values()];
    const isLate = lines.some(({ lostAt }) => lostAt && Date.now() - lostAt >= PATIENCE - 50);
    const endings = ["signed-out", "gone", "waiting"];
    const state = endings.find((one) => lines.some(({ ending }) => ending === one)) ?? (isLate ? "waiting" : "");
    this.dataset.state = state;
    this.hidden = !state;
    document.body.classList.toggle("is-covered", state === "signed-out");
    if (state === "signed-out") clearTitle();
    document.body.classList.toggle("is-cut-off", state !== "");
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) {
      part.hidden = part.dataset.when !== state;
    }
  }

  #reconnect() {
    for (const socket of this.#sockets.keys()) {
      if (socket.state === "closed") socket.open();
      else if (socket.state !== "open") socket.reconnect();
    }
  }
}

customElements.define("telemed-connection", Connection);

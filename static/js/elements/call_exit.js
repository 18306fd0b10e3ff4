/** The two ways out that a person chooses, Cancel and Leave: told to the server, then shown its outcome. */

import { submitted } from "../lib/http.js";
import { backoff } from "../lib/timing.js";

const PATIENCE = 15_000;
/** A slower answer than this is worth a word. */
const SLOW = 3000;
const LONGEST = 10_000;

/** Nothing here ends a call when the page is merely closed or loaded again. */
export class CallExit {
  /** @param {Record<string, any>} refs @param {{socket: EventTarget, signal: AbortSignal, leaving: () => void}} options */
  constructor(refs, { socket, signal, leaving }) {
    this.#refs = refs;
    for (const form of [refs.cancel, refs.leave]) {
      form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (this.#form) return;
        // In an emergency it leaves somebody alone: the answer to that question submits anew.
        if (form === refs.leave && refs.sure && !refs.sure.open) return refs.sure.showModal();
        refs.sure?.close();
        this.#form = form;
        leaving();
        void this.#tell();
      }, { signal });
    }
    const again = () => void this.#tell();
    refs.again.addEventListener("click", again, { signal });
    addEventListener("online", again, { signal });
    socket.addEventListener("open", again, { signal });
    signal.addEventListener("abort", () => this.#finish());
  }

  /** @param {import("../models/call_state.js").State} state */
  enter(state) {
    const { cancel, leave, cancel_instead, leave_instead } = this.#refs;
    const rings = state === "calling" || state === "ringing" || (state === "preparing" && !cancel.hidden);
    cancel.hidden = cancel_instead.hidden = !rings;
    leave.hidden = leave_instead.hidden = rings || state === "elsewhere" || state === "ended";
  }

  get isLeaving() {
    return this.#form !== undefined;
  }

  /** The server says itself that it is over. */
  outcome() {
    this.#finish();
    location.replace(location.href);
  }

  #refs;
  /** What is to be told. @type {HTMLFormElement|undefined} */ #form;
  #asking = false;
  #done = false;
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;

  /** Until told: now, when the network or the socket is back, and again and again. */
  async #tell() {
    if (!this.#form || this.#asking || this.#done) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const slow = setTimeout(() => this.#admit(), SLOW);
    const told = await this.#ask(this.#form);
    clearTimeout(slow);
    this.#asking = false;
    if (this.#done) return;
    if (told) return this.outcome();
    this.#admit();
    this.#timer = setTimeout(() => void this.#tell(), backoff(++this.#attempt, LONGEST));
  }

  #admit() {
    this.#refs.unreached.hidden = this.#done;
  }

  #finish() {
    this.#done = true;
    clearTimeout(this.#timer);
    this.#admit();
  }

  /** @param {HTMLFormElement} form */
  async #ask(form) {
    const answer = await submitted(form, { patience: PATIENCE, keepalive: true, redirect: "manual" });
    // A redirect is opaque here (status 0); 404 and 409 say that there is nothing left to end.
    return answer && (answer.ok || answer.type === "opaqueredirect" || [404, 409].includes(answer.status));
  }
}

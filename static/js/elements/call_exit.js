/** The two ways out that a person chooses, Cancel and Leave: told to the server, then shown its outcome. */

import { renewToken } from "../lib/http.js";

/** Nothing here ends a call when the page is merely closed or loaded again. */
export class CallExit {
  /** @param {Record<string, any>} refs @param {{signal: AbortSignal, leaving: () => void}} options */
  constructor(refs, { signal, leaving }) {
    this.#refs = refs;
    for (const form of [refs.cancel, refs.leave]) {
      form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        leaving();
        void this.#tell(form);
      }, { signal });
    }
    refs.again.addEventListener("click", () => this.#form && void this.#tell(this.#form), { signal });
  }

  /** @param {import("../models/call_state.js").State} state */
  enter(state) {
    const { cancel, leave } = this.#refs;
    const rings = state === "calling" || state === "ringing" || (state === "preparing" && !cancel.hidden);
    cancel.hidden = !rings;
    leave.hidden = rings || state === "elsewhere" || state === "ended";
  }

  #refs;
  /** @type {HTMLFormElement|undefined} */ #form;

  /** @param {HTMLFormElement} form */
  async #tell(form) {
    const { unreached } = this.#refs;
    this.#form = form;
    let answer = await this.#post(form);
    if (answer?.status === 403 && (await renewToken())) answer = await this.#post(form);
    // A redirect is opaque here (status 0); 409 says that the call was over before.
    const told = answer && (answer.ok || answer.type === "opaqueredirect" || answer.status === 409);
    unreached.hidden = Boolean(told);
    if (told) location.replace(location.href);
  }

  /** @param {HTMLFormElement} form */
  #post(form) {
    const options = { method: "POST", body: new FormData(form), keepalive: true, redirect: /** @type {const} */ ("manual") };
    return fetch(form.action, options).catch(() => null);
  }
}

/**
 * A part of a page that is taken anew from the server whenever something it shows has changed, and
 * with it the parts that `data-with` names. Markup with `data-again` asks by itself after so many seconds;
 * with `data-unseen` it is taken anew also where nobody sees the page.
 */

import { pageNow } from "../lib/http.js";
import { retitle } from "../lib/title.js";
import { CALLS, CHAT, HELPLINE, NOTIFICATIONS } from "../wire.js";
import { me } from "../models/me.js";
import { asking, renew } from "./renewal.js";

const GATHERING = 300;
/** @type {Record<string, string[]>} */
const NEWS = {
  calls: [CALLS.CALL_RANG, CALLS.CALL_ACCEPTED, CALLS.CALL_ENDED],
  emergency: [HELPLINE.EMERGENCY_MOVED, HELPLINE.TICKET_MOVED],
  messages: [CHAT.CONVERSATION_TOUCHED],
  preferences: [NOTIFICATIONS.PREFERENCES_CHANGED, CHAT.MUTING_CHANGED],
  tickets: [HELPLINE.TICKET_MOVED],
  notifications: [NOTIFICATIONS.NOTIFICATION_POSTED, NOTIFICATIONS.NOTIFICATIONS_READ, NOTIFICATIONS.PREFERENCES_CHANGED],
};

class Live extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** Not for a page that nobody sees. */
  #asking = asking(() => this.#ask(), GATHERING, () => "unseen" in this.dataset || document.visibilityState === "visible");

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { age, resume } = this.#asking;
    const topics = (this.dataset.hears ?? "").split(" ");
    for (const type of topics.flatMap((topic) => NEWS[topic] ?? [])) me.addEventListener(type, age, { signal });
    // Between the page and its line to the server nobody told it anything.
    me.addEventListener("open", age, { signal });
    // On a slow network it is open before this script has come.
    if (me.state === "open") age();
    // Whoever knows better when it is old may say so.
    this.addEventListener("telemed-stale", age, { signal });
    document.addEventListener("visibilitychange", resume, { signal });
    this.#askAgain();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#asking.stop();
    clearTimeout(this.#again);
  }

  async #ask() {
    const page = await pageNow(() => location.reload());
    if (page && this.isConnected) {
      retitle(page.title);
      for (const part of this.#parts) this.#renew(part, page);
    }
    this.#askAgain();
  }

  #askAgain() {
    clearTimeout(this.#again);
    const marks = this.#parts.map((part) => part.querySelector("[data-again]"));
    const after = Number(marks.find(Boolean)?.getAttribute("data-again"));
    if (after) this.#again = setTimeout(this.#asking.age, after * 1_000);
  }

  /** @returns {HTMLElement[]} */
  get #parts() {
    const others = (this.dataset.with ?? "").split(" ").map((id) => document.getElementById(id));
    return [this, ...others].filter((part) => part !== null);
  }

  /**
   * @param {HTMLElement} part
   * @param {Document} page
   */
  #renew(part, page) {
    const fresh = page.getElementById(part.id);
    if (!fresh) return;
    renew(part, document.importNode(fresh, true));
    part.dispatchEvent(new CustomEvent("telemed-renewed", { bubbles: true, detail: fresh }));
  }
}

customElements.define("telemed-live", Live);

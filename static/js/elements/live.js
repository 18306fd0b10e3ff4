/** A part of a page that is taken anew from the server whenever something it shows has changed. */

import { CALLS, CHAT, HELPLINE, NOTIFICATIONS } from "../wire.js";
import { me } from "../models/me.js";
import { renew } from "./renewal.js";

const GATHERING = 300;
/** @type {Record<string, string[]>} */
const NEWS = {
  calls: [CALLS.CALL_RANG, CALLS.CALL_ACCEPTED, CALLS.CALL_ENDED],
  emergency: [HELPLINE.EMERGENCY_MOVED, HELPLINE.TICKET_MOVED],
  messages: [CHAT.CONVERSATION_TOUCHED],
  notifications: [NOTIFICATIONS.NOTIFICATION_POSTED, NOTIFICATIONS.NOTIFICATIONS_READ],
};

class Live extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isAsking = false;
  #isStale = false;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const topics = (this.dataset.hears ?? "").split(" ");
    for (const type of topics.flatMap((topic) => NEWS[topic] ?? [])) {
      me.addEventListener(type, () => this.#age(), { signal });
    }
    me.addEventListener("reopen", () => this.#age(), { signal });
    // Whoever knows better when it is old may say so.
    this.addEventListener("telemed-stale", () => this.#age(), { signal });
    document.addEventListener("visibilitychange", () => this.#isStale && this.#age(), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#timer);
  }

  /** Not at once, for news seldom come alone; and not for a page that nobody sees. */
  #age() {
    this.#isStale = true;
    if (document.visibilityState !== "visible" || this.#isAsking) return;
    this.#timer ??= setTimeout(() => this.#ask(), GATHERING);
  }

  async #ask() {
    this.#timer = undefined;
    this.#isAsking = true;
    this.#isStale = false;
    const fresh = await this.#fetch().catch(() => null);
    this.#isAsking = false;
    if (fresh && this.isConnected) {
      renew(this, fresh);
      this.dispatchEvent(new CustomEvent("telemed-renewed", { bubbles: true, detail: fresh }));
    }
    if (this.#isStale) this.#age();
  }

  /** The same part of the page as it would be now. */
  async #fetch() {
    const signal = AbortSignal.timeout(20_000);
    const answer = await fetch(location.href, { cache: "no-store", signal });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(this.id);
    return fresh && document.importNode(fresh, true);
  }
}

customElements.define("telemed-live", Live);

/** A count that the server keeps: what is unread or missed, also in the tab's title; and whether there is silence. */

import { NOTIFICATIONS } from "../wire.js";
import { phrase, refs } from "../lib/dom.js";
import { countInTitle } from "../lib/title.js";
import { me } from "../models/me.js";
import { hearing } from "./hearing.js";

class Bell extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #unread = 0;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const name = this.dataset.counts ?? "";
    const take = (/** @type {Event} */ event) => this.#take(/** @type {CustomEvent} */ (event).detail[name]);
    me.addEventListener("beat", take, { signal });
    me.addEventListener(NOTIFICATIONS.BADGE_CHANGED, take, { signal });
    if (this.dataset.labelSilent) {
      me.addEventListener(NOTIFICATIONS.PREFERENCES_CHANGED, () => this.#show(), { signal });
    }
    const words = refs(this).count.textContent.trim();
    this.#unread = words.endsWith("+") ? 100 : Number(words) || 0;
    if ("title" in this.dataset) countInTitle(this.#unread);
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {number | undefined} unread */
  #take(unread) {
    if (unread === undefined) return;
    this.#unread = unread;
    this.#show();
  }

  #show() {
    const unread = this.#unread;
    const isSilent = "labelSilent" in this.dataset && hearing.isSilent();
    this.toggleAttribute("data-silent", isSilent);
    const { count, link, words } = refs(this);
    const shown = unread > 99 ? "99+" : String(unread);
    count.hidden = !unread;
    count.textContent = shown;
    const label = unread ? phrase(this.dataset.labelMany, { count: shown }) : (this.dataset.label ?? "");
    if (link) link.setAttribute("aria-label", label + (isSilent ? this.dataset.labelSilent : ""));
    else if (words) words.textContent = label;
    if ("title" in this.dataset) countInTitle(unread);
  }
}

customElements.define("telemed-bell", Bell);

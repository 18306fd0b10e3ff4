/** The list of conversations: kept in order and up to date, searched by name. */

import { CHAT } from "../wire.js";
import { fill, refs } from "../lib/dom.js";
import { pageNow } from "../lib/http.js";
import { debounce } from "../lib/timing.js";
import { me } from "../models/me.js";
import { writeTimes } from "./local_time.js";
import "./muting.js";

class Conversations extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #refresh = debounce(() => this.#takeRows(), 300);

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("input", () => this.#filter(), { signal });
    me.addEventListener(CHAT.CONVERSATION_TOUCHED, (event) => this.#touch(/** @type {CustomEvent} */ (event).detail), { signal });
    me.addEventListener("reopen", () => this.#refresh(), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {import("../wire.js").ChatConversationTouched} touched */
  #touch({ conversation, seq, unread, preview, created_at }) {
    const row = /** @type {HTMLElement | null} */ (this.querySelector(`[data-conversation="${CSS.escape(conversation)}"]`));
    if (!row) {
      this.#refresh();
      return;
    }
    const known = Number(row.dataset.seq);
    const { draft, unread: badge } = refs(row);
    row.toggleAttribute("data-unread", unread > 0);
    badge.hidden = !unread;
    fill(row, { unread: unread > 99 ? "99+" : unread });
    // By reading alone other words may be the last: of a call that was missed after them.
    if (seq < known || (seq === known && !draft.hidden)) return;
    row.dataset.seq = String(seq);
    draft.hidden = true;
    fill(row, { preview, created_at });
    writeTimes(row);
    if (seq > known) this.#raise(row);
  }

  /** @param {HTMLElement} row */
  #raise(row) {
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    if (row.previousElementSibling) row.parentElement?.prepend(row);
    if (focused instanceof HTMLElement) focused.focus();
  }

  /** Takes the rows as the server writes them: one template makes the list. */
  async #takeRows() {
    const fresh = (await pageNow())?.querySelector(this.localName);
    const [now, then] = [refs(this).rows, fresh && refs(fresh).rows];
    if (!fresh || !then) return;
    // The first row of all comes with the whole list; later ones leave the search alone.
    if (now) now.replaceChildren(...document.importNode(then, true).children);
    else {
      this.className = fresh.className;
      this.replaceChildren(...document.importNode(fresh, true).childNodes);
    }
    writeTimes(this);
    this.#filter();
  }

  #filter() {
    const { search, none } = refs(this);
    const wanted = search?.value.trim().toLocaleLowerCase() ?? "";
    const rows = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-conversation]"));
    for (const row of rows) {
      const name = row.querySelector(".conversation__name")?.textContent ?? "";
      row.hidden = !name.toLocaleLowerCase().includes(wanted);
    }
    if (none) none.hidden = !wanted || [...rows].some((row) => !row.hidden);
  }
}

customElements.define("telemed-conversations", Conversations);

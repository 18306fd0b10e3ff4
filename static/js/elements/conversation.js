/** One open conversation: what arrives, what is sent, who has read it. */

import { ACCOUNTS, CHAT } from "../wire.js";
import { isWatched } from "../lib/dom.js";
import { debounce } from "../lib/timing.js";
import { assemble } from "./conversation_parts.js";
import { tell } from "./muting.js";
import { showPresence } from "./presence.js";
import "./composer.js";

/**
 * @typedef {import("./conversation_parts.js").Parts} Parts
 * @typedef {import("../models/thread.js").Message} Message
 */

class Conversation extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #parts = /** @type {Parts} */ (/** @type {unknown} */ (undefined));
  /** Whether a line stands before messages that have not been read. */
  #separated = false;
  #see = debounce(() => this.#markRead(), 200);

  connectedCallback() {
    this.#listening = new AbortController();
    this.#parts = assemble(this, this.#listening.signal);
    this.#listenToServer(this.#listening.signal);
    this.#listenToPage(this.#listening.signal);
    this.#showFirst();
    this.#parts.socket.open();
    this.dispatchEvent(new CustomEvent("telemed-socket", { detail: { socket: this.#parts.socket }, bubbles: true }));
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#parts.socket.close();
    this.#parts.thread.stop();
  }

  /** @param {AbortSignal} signal */
  #listenToServer(signal) {
    const { socket, thread, outbox, scrolling, log, receipts, typing } = this.#parts;
    const on = (/** @type {EventTarget} */ source, /** @type {string} */ type, /** @type {(detail: any) => void} */ run) =>
      source.addEventListener(type, (event) => run(/** @type {CustomEvent} */ (event).detail), { signal });
    on(socket, "open", () => this.#opened());
    on(socket, "beat", ({ seq }) => thread.noteHead(seq));
    on(socket, CHAT.MESSAGE_POSTED, (message) => thread.receive(message));
    on(socket, CHAT.MESSAGES_DELIVERED, ({ member, seq }) => this.#moved("delivered", member, seq));
    on(socket, CHAT.MESSAGES_READ, ({ member, seq }) => this.#moved("read", member, seq));
    on(socket, CHAT.MEMBER_ADMITTED, ({ member: id, ...marks }) => receipts.admit({ id, ...marks }));
    on(socket, CHAT.MEMBER_LEFT, ({ member }) => {
      receipts.dismiss(member);
      typing.hide(member);
      log.refreshReceipts();
    });
    on(socket, CHAT.MEMBER_TYPED, (typed) => this.#typed(typed));
    on(socket, ACCOUNTS.PRESENCE_CHANGED, ({ person, online }) => showPresence(person, online));
    on(thread, "message", (message) => this.#arrived(message));
    on(thread, "restored", () => location.reload());
    on(outbox, "change", (letter) => scrolling.append(() => log.placeLetter(letter), false));
    on(outbox, "sent", (message) => this.#sent(message));
  }

  /** @param {AbortSignal} signal */
  #listenToPage(signal) {
    const { socket, outbox, history, root } = this.#parts;
    this.addEventListener("telemed-post", (event) => this.#post(/** @type {CustomEvent} */ (event)), { signal });
    this.addEventListener("telemed-resume", () => socket.open(), { signal });
    this.addEventListener("telemed-typing", () => socket.cast(CHAT.START_TYPING), { signal });
    this.addEventListener("telemed-draft", (event) => this.#saveDraft(/** @type {CustomEvent} */ (event)), { signal });
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    root.addEventListener("scroll", () => history.scrolled(), { signal, passive: true });
    addEventListener("scroll", this.#see, { signal, passive: true, capture: true }); // the log's, and the page's
    for (const look of ["focus", "pageshow"]) addEventListener(look, () => this.#looked(), { signal });
    document.addEventListener("visibilitychange", () => this.#looked(), { signal });
    addEventListener("beforeunload", (event) => outbox.isEmpty || event.preventDefault(), { signal });
  }

  #showFirst() {
    const { log, receipts, scrolling, history } = this.#parts;
    const line = log.separate(log.firstAfter(receipts.readAtFirst));
    this.#separated = Boolean(line);
    if (line) scrolling.toStart(line);
    else scrolling.toEnd();
    history.scrolled();
    this.#see();
  }

  /** The group was joined before this; what came before the joining is fetched now. */
  async #opened() {
    const { thread, receipts, log, look } = this.#parts;
    thread.catchUp();
    receipts.repeat();
    receipts.reach("delivered", log.newest);
    /** @type {any} */ (this.querySelector("telemed-composer"))?.repeatDraft?.();
    const conversation = await look();
    if (!conversation) return;
    receipts.know(conversation.members);
    for (const { id, online } of conversation.members) showPresence(id, online);
    log.refreshReceipts();
    tell(conversation.id, conversation);
  }

  /** @param {Message} message */
  #arrived(message) {
    const { me, empty, log, outbox, scrolling, history, typing, receipts } = this.#parts;
    if (history.isBeyond(message)) return;
    const mine = message.author.id === me;
    const isNews = message.seq > log.newest;
    empty.hidden = true;
    if (mine) outbox.settle(message.client_id);
    else typing.hide(message.author.id);
    scrolling.append(() => this.#place(message, isNews && !mine), isNews && !mine);
    if (mine) return;
    receipts.reach("delivered", message.seq);
    this.#see();
  }

  /**
   * @param {Message} message
   * @param {boolean} isNews
   */
  #place(message, isNews) {
    const node = this.#parts.log.place(message);
    if (!isNews || this.#separated || isWatched()) return;
    this.#parts.log.separate(node);
    this.#separated = true;
  }

  /** @param {CustomEvent} event */
  #post(event) {
    event.preventDefault();
    const { log, empty, scrolling, outbox } = this.#parts;
    log.separate(undefined);
    this.#separated = false;
    empty.hidden = true;
    scrolling.toEnd();
    outbox.add(event.detail.body);
  }

  /** @param {Message} message as acknowledged: it may come before or after its own arrival */
  #sent(message) {
    const { thread, scrolling, log } = this.#parts;
    scrolling.append(() => log.place(message), false);
    thread.receive(message);
  }

  /** @param {CustomEvent} event */
  #saveDraft(event) {
    const { socket } = this.#parts;
    if (socket.state !== "open") return;
    event.preventDefault();
    socket.cast(CHAT.SAVE_DRAFT, event.detail);
  }

  /**
   * @param {"delivered" | "read"} what
   * @param {string} member
   * @param {number} seq
   */
  #moved(what, member, seq) {
    if (this.#parts.receipts.move(what, member, seq)) this.#parts.log.refreshReceipts();
  }

  /** @param {{member: string, name: string}} typed */
  #typed(typed) {
    const { me, scrolling, typing } = this.#parts;
    if (typed.member !== me) scrolling.append(() => typing.show(typed), false);
  }

  #looked() {
    if (!isWatched()) return;
    if (this.#parts.socket.state === "open") this.#parts.thread.catchUp();
    this.#see();
  }

  #markRead() {
    if (!isWatched()) return;
    const { log, receipts } = this.#parts;
    const seen = log.newestInSight;
    receipts.reach("read", seen);
    if (seen === log.newest) this.#separated = false;
  }

  /** @param {Event} event */
  #clicked({ target }) {
    const button = /** @type {Element} */ (target).closest("[data-action]");
    const node = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-client-id]"));
    if (!button || !node) return;
    const { outbox, log } = this.#parts;
    const { clientId = "" } = node.dataset;
    if (button.getAttribute("data-action") === "retry") outbox.retry(clientId);
    else {
      outbox.discard(clientId);
      log.remove(node);
    }
  }
}

customElements.define("telemed-conversation", Conversation);

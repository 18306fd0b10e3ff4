/** The messages on the page: in the order of their seq, grouped by author and day. */

import { dayOf } from "../lib/clock.js";
import { viewer, writeTimes } from "./local_time.js";
import { NEAR } from "./scrolling.js";

/**
 * @typedef {import("../models/thread.js").Message} Message
 * @typedef {import("../models/outbox.js").Letter} Letter
 * @typedef {import("./message_maker.js").MessageMaker} MessageMaker
 * @typedef {import("./message_maker.js").Content} Content
 */

/** @param {HTMLElement} node */
const previous = (node) => /** @type {HTMLElement | null} */ (node.previousElementSibling);

export class MessageLog {
  #root;
  #maker;
  #viewer = viewer();

  /**
   * @param {HTMLElement} root with the messages that the server has written
   * @param {MessageMaker} maker
   */
  constructor(root, maker) {
    this.#root = root;
    this.#maker = maker;
    for (const node of this.#nodes()) maker.dress(node);
    for (const node of this.#nodes()) this.#arrange(node);
  }

  get oldest() {
    return Number(this.#nodes().find(({ dataset }) => dataset.seq)?.dataset.seq ?? 0);
  }

  get newest() {
    return Number(this.#nodes().findLast(({ dataset }) => dataset.seq)?.dataset.seq ?? 0);
  }

  /** The last message of which something can be seen, or nearly: the log itself may lie below the fold. */
  get newestInSight() {
    const end = Math.min(this.#root.getBoundingClientRect().bottom + NEAR, innerHeight);
    const isSeen = (/** @type {HTMLElement} */ node) => node.getBoundingClientRect().top < end;
    return Number(this.#nodes().findLast((node) => node.dataset.seq && isSeen(node))?.dataset.seq ?? 0);
  }

  /**
   * The first message by somebody else after this one.
   * @param {number} seq
   */
  firstAfter(seq) {
    const { id } = this.#maker.me;
    return this.#nodes().find(({ dataset }) => Number(dataset.seq) > seq && dataset.author !== id);
  }

  /**
   * Shows a message where it belongs; one already there, or pending there, becomes it.
   * @param {Message} message
   */
  place(message) {
    const node = this.#find(message) ?? this.#maker.make(message);
    delete node.dataset.state;
    this.#maker.write(node, message);
    this.#insert(node);
    return node;
  }

  /**
   * Shows what has been written and is not yet sent, or could not be.
   * @param {Letter} letter
   */
  placeLetter({ client_id, body, state, reason, written_at }) {
    /** @type {Content} */
    const draft = { client_id, body, kind: "text", author: this.#maker.me, created_at: written_at.toISOString(), call: null };
    const known = this.#find(draft);
    if (known?.dataset.seq) return;
    const node = known ?? this.#maker.make(draft);
    node.dataset.state = state;
    if (!known) {
      this.#maker.write(node, draft);
      this.#insert(node);
    }
    this.#maker.showReceipt(node, state, reason);
  }

  /** @param {HTMLElement} node */
  remove(node) {
    const next = this.#next(node);
    node.remove();
    if (next) this.#arrange(next);
  }

  /**
   * Draws the line before the first new message, in place of an earlier one.
   * @param {HTMLElement | undefined} first
   */
  separate(first) {
    const old = this.#root.querySelector("[data-new]");
    const below = /** @type {HTMLElement | null | undefined} */ (old?.nextElementSibling);
    old?.remove();
    if (below?.dataset.at) this.#arrange(below);
    if (!first) return undefined;
    const line = this.#maker.line("new");
    first.before(line);
    this.#arrange(first);
    return line;
  }

  /** From the newest up to what had already been read. */
  refreshReceipts() {
    for (const node of this.#nodes().reverse()) if (this.#maker.refreshReceipt(node)) return;
  }

  /** @returns {HTMLElement[]} */
  #nodes() {
    return [...this.#root.querySelectorAll(":scope > [data-at]")].map((node) => /** @type {HTMLElement} */ (node));
  }

  /** @param {HTMLElement} node */
  #next(node) {
    const nodes = this.#nodes();
    return nodes[nodes.indexOf(node) + 1];
  }

  /** @param {Pick<Content, "client_id" | "author" | "seq">} message */
  #find({ client_id, author, seq }) {
    const mine = `[data-client-id="${CSS.escape(client_id)}"][data-author="${CSS.escape(author.id)}"]`;
    const known = this.#root.querySelector(mine) ?? (seq && this.#root.querySelector(`:scope > [data-seq="${seq}"]`));
    return /** @type {HTMLElement | null} */ (known || null);
  }

  /** @param {HTMLElement} node what is not yet sent goes to the end */
  #insert(node) {
    const order = (/** @type {HTMLElement} */ { dataset }) => Number(dataset.seq) || Infinity;
    const left = node.isConnected ? this.#next(node) : undefined;
    const others = this.#nodes().filter((other) => other !== node);
    const before = others.findLast((other) => order(other) <= order(node));
    const after = others[before ? others.indexOf(before) + 1 : 0];
    // A node that is in its place already stays: moving it would announce it once more.
    if (!node.isConnected || left !== after) {
      if (before) before.after(node);
      else this.#root.prepend(node);
      if (left) this.#arrange(left);
    }
    this.#arrange(node);
    if (after) this.#arrange(after);
  }

  /**
   * Draws the day's line before its first message, and joins a message to the one before it.
   * @param {HTMLElement} node
   */
  #arrange(node) {
    let before = previous(node);
    let line = null;
    let isNew = false;
    for (; before && !before.dataset.at; before = previous(before)) {
      if ("day" in before.dataset) line = before;
      isNew ||= "new" in before.dataset;
    }
    const sameDay = before !== null && this.#day(before) === this.#day(node);
    if (sameDay) line?.remove();
    else this.#drawDay(node, line);
    const areMessages = [node, before].every((one) => one?.localName === "article");
    const isSameAuthor = before?.dataset.author === node.dataset.author;
    node.toggleAttribute("data-continues", sameDay && !isNew && areMessages && isSameAuthor);
  }

  /** @param {HTMLElement} node */
  #day({ dataset }) {
    return dayOf(new Date(dataset.at ?? ""), this.#viewer);
  }

  /**
   * @param {HTMLElement} node
   * @param {HTMLElement | null} known
   */
  #drawDay(node, known) {
    const line = known ?? this.#maker.line("day");
    const time = line.querySelector("time");
    if (time) time.dateTime = node.dataset.at ?? "";
    writeTimes(line);
    if (known) return;
    const above = previous(node);
    (above && "new" in above.dataset ? above : node).before(line);
  }
}

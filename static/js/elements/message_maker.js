/** One message as this viewer sees it: cloned from its template, filled, marked as mine or not. */

import { clone, fill, linkify, portray } from "../lib/dom.js";
import { duration } from "../lib/timing.js";
import { writeTimes } from "./local_time.js";

/**
 * @typedef {import("../wire.js").ChatAuthor} Person
 * @typedef {Omit<import("../wire.js").ChatMessagePosted, "id" | "conversation" | "seq" | "changed_seq"> & {seq?: number}} Content
 */

export class MessageMaker {
  #templates;
  #me;
  #receiptOf;

  /** @param {{templates: ParentNode, me: Person, receiptOf: (seq: number) => string}} options */
  constructor({ templates, me, receiptOf }) {
    this.#templates = templates;
    this.#me = me;
    this.#receiptOf = receiptOf;
  }

  get me() {
    return this.#me;
  }

  /**
   * A line of its own among the messages: a day, or where the new ones begin.
   * @param {"day" | "new"} which
   */
  line(which) {
    return clone(this.#template(`[data-ref="${which}"]`));
  }

  /** @param {Content} message */
  make({ kind, author, client_id, created_at, call }) {
    const name = call ? `call ${call.end_reason} ${call.kind}` : kind;
    const template = this.#template(`[data-message="${CSS.escape(name)}"]`) ?? this.#template('[data-message="notice"]');
    const node = clone(template);
    Object.assign(node.dataset, { seq: "", author: author.id, clientId: client_id, at: created_at });
    return node;
  }

  /**
   * @param {HTMLElement} node
   * @param {Content} message
   */
  write(node, { seq, body, author, created_at, call }) {
    node.dataset.seq = seq ? String(seq) : "";
    node.dataset.at = created_at;
    fill(node, { body, name: author.name, created_at });
    if (call) fill(node, { duration: call.duration ? `, ${duration(call.duration)}` : "", began_at: call.began_at });
    const avatar = /** @type {HTMLElement | null} */ (node.querySelector('[data-ref="avatar"]'));
    if (avatar) portray(avatar, author);
    this.dress(node);
  }

  /**
   * What only this viewer sees: whose it is, links, local times, receipts.
   * @param {HTMLElement} node
   */
  dress(node) {
    node.toggleAttribute("data-mine", node.dataset.author === this.#me.id);
    const body = node.querySelector('[data-field="body"]');
    if (body) linkify(body);
    writeTimes(node);
    this.refreshReceipt(node);
  }

  /**
   * Answers whether nothing more can become of it.
   * @param {HTMLElement} node
   */
  refreshReceipt(node) {
    if (!("mine" in node.dataset) || !node.dataset.seq) return false;
    if (node.querySelector('[data-receipt="read"]')) return true;
    this.showReceipt(node, this.#receiptOf(Number(node.dataset.seq)));
    return false;
  }

  /**
   * @param {HTMLElement} node
   * @param {string} state
   * @param {string} [reason]
   */
  showReceipt(node, state, reason = "") {
    const place = node.querySelector('[data-ref="receipt"]');
    const model = this.#template('[data-ref="receipts"]').content.querySelector(`[data-receipt="${state}"]`);
    if (!place || !model || place.querySelector(`[data-receipt="${state}"]`)) return;
    const receipt = /** @type {Element} */ (model.cloneNode(true));
    fill(receipt, { reason });
    place.replaceChildren(receipt);
  }

  /** @param {string} which */
  #template(which) {
    return /** @type {HTMLTemplateElement} */ (this.#templates.querySelector(`template${which}`));
  }
}

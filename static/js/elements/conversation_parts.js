/** Puts together what an open conversation is made of, from its markup. */

import { CHAT } from "../wire.js";
import { refs, uuid } from "../lib/dom.js";
import { get, post } from "../lib/http.js";
import { Socket } from "../lib/socket.js";
import { Outbox } from "../models/outbox.js";
import { Receipts } from "../models/receipts.js";
import { Thread } from "../models/thread.js";
import { History } from "./history.js";
import { MessageLog } from "./message_log.js";
import { MessageMaker } from "./message_maker.js";
import { Scrolling } from "./scrolling.js";
import { Typing } from "./typing.js";

/** @typedef {ReturnType<typeof assemble>} Parts */

/**
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 */
export function assemble(element, signal) {
  const { socket: path = "", messages: url = "", me: id = "", last, epoch = "", hasMore } = element.dataset;
  const { log: root, jump, jumpWords, typing: line, typist, empty } = refs(element);
  const members = JSON.parse(element.querySelector("#members")?.textContent ?? "[]");
  const me = members.find((/** @type {{id: string}} */ member) => member.id === id);

  const socket = new Socket(path);
  const thread = new Thread({ last: Number(last), epoch, fetch: (since) => get(`${url}?since=${since}`) });
  const outbox = new Outbox({ line: socket, command: CHAT.POST_MESSAGE, post: (letter) => post(url, letter), newId: uuid });
  const report = (/** @type {string} */ what, /** @type {number} */ seq) =>
    socket.cast(what === "read" ? CHAT.MARK_READ : CHAT.MARK_DELIVERED, { seq });
  const receipts = new Receipts({ me: id, members, report });
  const log = new MessageLog(root, new MessageMaker({ templates: element, me, receiptOf: (seq) => receipts.of(seq) }));
  const scrolling = new Scrolling(root, jump, jumpWords, signal);
  const history = new History({ root, url, hasMore: hasMore === "true", log, scrolling });
  const typing = new Typing(line, typist);
  const look = () => get(url.replace(/messages\/$/, "")).catch(() => null);
  return { me: id, root, empty, socket, thread, outbox, receipts, log, scrolling, history, typing, look };
}

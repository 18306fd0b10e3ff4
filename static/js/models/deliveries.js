/** Tells the server that a message has reached this person, on whichever page they are. */

import { CHAT } from "../wire.js";

/**
 * @param {EventTarget} socket the person's own
 * @param {(conversation: string, seq: number) => Promise<unknown>} report
 */
export function confirmDeliveries(socket, report) {
  /** @type {Map<string, number>} */
  const waiting = new Map();
  const send = () => {
    for (const [conversation, seq] of waiting) report(conversation, seq).catch(() => {});
    waiting.clear();
  };
  socket.addEventListener(CHAT.CONVERSATION_TOUCHED, (event) => {
    const { conversation, seq, unread } = /** @type {CustomEvent} */ (event).detail;
    if (!unread) return;
    if (!waiting.size) setTimeout(send, 300);
    waiting.set(conversation, seq);
  });
}

/** A call that rings a group: whoever has answered takes the place of the group on the caller's page. */

import { pageNow } from "../lib/http.js";
import { CALLS } from "../wire.js";

/**
 * @param {HTMLElement} root
 * @param {{socket: EventTarget, signal: AbortSignal, renamed: () => void}} options
 */
export function followGroup(root, { socket, signal, renamed }) {
  const rename = async (/** @type {any} */ { detail }) => {
    const fresh = detail?.ownerDocument ?? (await pageNow());
    if (!fresh || signal.aborted) return;
    const [old, named] = [namedIn(root), namedIn(fresh)];
    if (old.length !== named.length) return;
    old.forEach((node, index) => inside(node).replaceChildren(...document.importNode(inside(named[index]), true).childNodes));
    renamed();
  };
  for (const news of [CALLS.CALL_ACCEPTED, CALLS.PARTY_JOINED, CALLS.PARTY_LEFT]) socket.addEventListener(news, rename, { signal });
  // Its live part hears of all that moves the emergency, and brings the page as it is now.
  root.addEventListener("telemed-renewed", rename, { signal });
}

/** An ordinary call, answered in an emergency, has become its call: loaded again this tab keeps its place. @param {HTMLElement} root */
export function becomeGroup(root) {
  history.replaceState(null, "", `?media=${root.getAttribute("kind")}`);
  location.reload();
}

/** @param {ParentNode} root */
const namedIn = (root) => [...root.querySelectorAll("[data-named]")];

/** @param {any} node a template, or what holds the words itself */
const inside = (node) => node.content ?? node;

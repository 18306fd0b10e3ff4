/** What an agent wrote and has not sent, in a ticket that is theirs no more: it stays in sight, and comes back with the ticket. */

import { refs } from "../lib/dom.js";
import { submitted } from "../lib/http.js";
import { debounce } from "../lib/timing.js";
import { COMPOSER } from "./desk_keys.js";

const PENDING = '.message[data-state="pending"] [data-field="body"]';
const PATIENCE = 15_000;
const PAUSE = 1_000;

/** All that the server does not have: what waits to be sent, and what is being typed. @param {Element} root */
export function unsentIn(root) {
  const pending = [...root.querySelectorAll(PENDING)].map(({ textContent }) => textContent ?? "");
  const typed = /** @type {HTMLTextAreaElement | null} */ (root.querySelector(COMPOSER))?.value ?? "";
  return [...pending, typed].filter((words) => words.trim()).join("\n\n");
}

/**
 * The server keeps it for when this person has the ticket again; whoever leaves before that is asked.
 * No browser keeps words about patients.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
export function keepUnsent(root, signal) {
  const { unsent } = refs(root);
  let kept = "";
  const keep = async () => {
    const words = unsentIn(root);
    if (words === kept) return;
    unsent.elements.body.value = words;
    const answer = await submitted(unsent, { patience: PATIENCE, keepalive: true });
    if (answer?.ok) kept = words;
  };
  const soon = debounce(() => void keep(), PAUSE);
  void keep();
  root.addEventListener("input", soon, { signal });
  addEventListener("online", soon, { signal });
  addEventListener("beforeunload", (event) => unsentIn(root) === kept || event.preventDefault(), { signal });
}

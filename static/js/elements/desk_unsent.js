/** What an agent wrote in a ticket that is theirs no more: it stays in sight, and comes back with the ticket. */

import { viewerOf } from "../lib/viewer.js";
import { COMPOSER } from "./desk_keys.js";

const PENDING = '.message[data-state="pending"] [data-field="body"]';

const key = () => `unsent:${viewerOf().person}:${location.pathname}`;

/** @param {Element} root @returns {HTMLTextAreaElement | null} */
const inputIn = (root) => root.querySelector(COMPOSER);

/** All that the server does not have: what waits to be sent, and what is being typed. @param {Element} root */
export function unsentIn(root) {
  const pending = [...root.querySelectorAll(PENDING)].map(({ textContent }) => textContent ?? "");
  return [...pending, inputIn(root)?.value ?? ""].filter((words) => words.trim()).join("\n\n");
}

/** For when this person has the ticket again, in this tab. @param {string} words */
export function putAside(words) {
  if (words) sessionStorage.setItem(key(), words);
  else sessionStorage.removeItem(key());
}

/** @param {Element} root */
export function bringBack(root) {
  const [input, words] = [inputIn(root), sessionStorage.getItem(key())];
  if (!input || !words) return;
  sessionStorage.removeItem(key());
  if (input.value.includes(words)) return;
  input.value = [words, input.value].filter(Boolean).join("\n\n");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The keys of the desk: each presses, or goes to, what the page says it stands for. */

import { refs } from "../lib/dom.js";

const KEPT = "telemed-desk-keys";
const STEPS = /** @type {Record<string, number>} */ ({ j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 });
/** The lists that a second key after G leads to. @type {Record<string, string>} */
const LISTS = { q: "/admin/desk/", m: "/admin/desk/?show=mine" };
/** Where an answer is written. */
export const COMPOSER = "telemed-composer textarea";
const TYPED = "input:not([type=checkbox]), textarea";
/** How long after G a second key is waited for. */
const PATIENCE = 1_500;
/** Keys that come sooner after one which stands for nothing are words, from where no field had the focus. */
const TYPING = 600;
/** So long after the page has begun to go its keys are meant for the next one. */
const LEAVING = 10_000;

/**
 * @param {HTMLElement} desk
 * @param {AbortSignal} signal
 */
export function listenToKeys(desk, signal) {
  const { keys, useKeys, help } = refs(desk);
  let [first, typed, left] = [0, 0, 0];
  help.hidden = false;
  useKeys.checked = localStorage.getItem(KEPT) !== "off";
  useKeys.addEventListener("change", () => localStorage.setItem(KEPT, useKeys.checked ? "on" : "off"), { signal });
  help.addEventListener("click", () => keys.showModal(), { signal });
  // Whoever is asked whether they mean it may stay.
  addEventListener("beforeunload", (event) => setTimeout(() => event.defaultPrevented || (left = Date.now())), { signal });
  addEventListener("pageshow", () => (left = 0), { signal });
  document.addEventListener("keydown", (event) => {
    if (Date.now() - left < LEAVING) return;
    if (event.key === "Escape" && isField(event.target)) event.target.blur();
    noteToKeep(event)?.form?.requestSubmit();
    if (!isFree(event) || (!useKeys.checked && event.key !== "?")) return;
    const { key } = event;
    const now = Date.now();
    const [goes, isWord] = [now - first < PATIENCE, now - typed < TYPING];
    first = key === "g" ? now : 0;
    const done = key in STEPS ? step(desk, STEPS[key]) : goes && key in LISTS ? leave(LISTS[key]) : !isWord && press(desk, key);
    if (done) event.preventDefault();
    else if (key.length === 1 && key !== "g") typed = now;
  }, { signal });
}

/**
 * Escape leaves it: then the keys work again.
 * @param {EventTarget | null} target
 * @returns {target is HTMLElement}
 */
const isField = (target) => target instanceof HTMLElement && target.matches("telemed-desk :is(input, textarea, select)");

/** The note that Ctrl or Cmd with Enter is pressed in. @param {KeyboardEvent} event */
function noteToKeep({ key, target, ctrlKey, metaKey }) {
  const isNote = target instanceof HTMLTextAreaElement && target.name === "note";
  return isNote && key === "Enter" && (ctrlKey || metaKey) ? target : null;
}

/** Not while one types, nor in a dialog, nor what the browser itself means. @param {KeyboardEvent} event */
function isFree({ key, target, ctrlKey, metaKey, altKey, isComposing, defaultPrevented }) {
  if (ctrlKey || metaKey || altKey || isComposing || defaultPrevented) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (!(target instanceof Element)) return true;
  // A letter chooses in a list; no choice begins with a slash.
  if (target.closest(key === "/" ? TYPED : `${TYPED}, select`)) return false;
  return !(key.startsWith("Arrow") && target.closest(".chat__log"));
}

/**
 * @param {HTMLElement} desk
 * @param {number} by
 */
function step(desk, by) {
  const cases = /** @type {HTMLElement[]} */ ([...desk.querySelectorAll("[data-case]")]).filter((one) => one.offsetParent);
  if (!cases.length) return false;
  const focused = cases.findIndex((one) => one.closest("li")?.contains(document.activeElement));
  const at = focused < 0 ? cases.findIndex((one) => one.getAttribute("aria-current") === "true") : focused;
  const next = cases[at < 0 ? (by > 0 ? 0 : cases.length - 1) : Math.min(Math.max(at + by, 0), cases.length - 1)];
  next.focus();
  return true;
}

/** @param {string} list */
function leave(list) {
  location.assign(list);
  return true;
}

/**
 * @param {HTMLElement} desk
 * @param {string} key
 */
function press(desk, key) {
  const row = document.activeElement?.closest("li[data-row]");
  const claim = key === "c" ? row?.querySelector("[data-claim]") : null;
  const wanted = key === "r" ? desk.querySelector(COMPOSER) : claim ?? desk.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!(wanted instanceof HTMLElement) || wanted.hidden) return false;
  if (wanted instanceof HTMLTextAreaElement) wanted.focus();
  else wanted.click();
  if (wanted.localName === "summary") wanted.parentElement?.querySelector("select")?.focus();
  return true;
}

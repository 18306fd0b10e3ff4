/** Asks for fresh markup of the server, and puts it in the place of old, so that nobody who reads it is disturbed. */

import { writeTimes } from "./local_time.js";

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea";
const TYPED = "input:not([type=hidden]), select, textarea";
/** Times that this browser writes itself. */
const OWN = "time[data-local], time[data-since], time[data-due]";

/**
 * Asks when there is news: once for all that comes in a moment, and again for what came meanwhile.
 * @param {() => Promise<void>} ask
 * @param {number} gathering how many ms a moment is
 * @param {() => boolean} [may] whether to ask now; who may not is to call `resume` later
 */
export function asking(ask, gathering, may = () => true) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let [isAsking, isStale] = [false, false];
  const age = () => {
    isStale = true;
    if (!isAsking && may()) timer ??= setTimeout(run, gathering);
  };
  const resume = () => isStale && age();
  const run = async () => {
    timer = undefined;
    if (!may()) return;
    [isAsking, isStale] = [true, false];
    try {
      await ask();
    } finally {
      isAsking = false;
      resume();
    }
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return { age, resume, stop };
}

/**
 * Rows that say the same stay as they are; focus, what is typed and what is being read stay where they are.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh of this document already
 */
export function renew(old, fresh) {
  if (words(old) === words(fresh)) return;
  const [refocus, stay, retype] = [focusIn(old), placeOf(old), typedIn(old)];
  const known = rowsOf(old);
  for (const [key, row] of rowsOf(fresh)) {
    const before = known.get(key);
    if (before && words(before) === words(row)) row.replaceWith(before);
  }
  old.replaceChildren(...fresh.childNodes);
  writeTimes(old);
  retype();
  stay();
  refocus();
}

/** @param {HTMLElement} root */
function rowsOf(root) {
  const rows = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-row]"));
  return new Map([...rows].map((row) => [row.dataset.row ?? "", row]));
}

/**
 * All that a part says, apart from the tokens of its forms and times as this browser has put them.
 * @param {HTMLElement} root
 */
function words(root) {
  const said = [root.hasAttribute("data-unread") ? "unread" : ""];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node instanceof HTMLTimeElement) said.push(node.dateTime);
    else if (node instanceof HTMLElement && node.dataset.row) said.push(node.dataset.row, node.hasAttribute("data-unread") ? "unread" : "");
    else if (node instanceof Text && !node.parentElement?.closest(OWN)) said.push(node.data.trim());
  }
  return said.filter(Boolean).join(" ");
}

/**
 * Puts back what has been typed or chosen, into the fields of the same name.
 * @param {HTMLElement} root
 */
function typedIn(root) {
  const kept = fieldsOf(root).map((field) => ({ name: field.name, value: field.value, isOn: "checked" in field && field.checked }));
  return () => {
    for (const field of fieldsOf(root)) {
      const chosen = field.type === "radio" || field.type === "checkbox";
      const same = kept.find(({ name, value }) => name === field.name && (!chosen || value === field.value));
      if (same && chosen) /** @type {HTMLInputElement} */ (field).checked = same.isOn;
      else if (same) field.value = same.value;
    }
  };
}

/**
 * @param {HTMLElement} root
 * @returns {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]}
 */
const fieldsOf = (root) => [.../** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll(TYPED))];

/**
 * Gives the focus back to the same thing of the same row, or to what now stands in its place.
 * @param {HTMLElement} root
 */
function focusIn(root) {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || !root.contains(activeElement)) return () => {};
  const row = /** @type {HTMLElement | null} */ (activeElement.closest("[data-row]"));
  const [key, place] = [row?.dataset.row ?? "", [...rowsOf(root).keys()].indexOf(row?.dataset.row ?? "")];
  const nth = [...(row ?? root).querySelectorAll(FOCUSABLE)].indexOf(activeElement);
  return () => {
    const rows = rowsOf(root);
    const home = key ? rows.get(key) ?? [...rows.values()][Math.min(place, rows.size - 1)] ?? root : root;
    const targets = /** @type {NodeListOf<HTMLElement>} */ (home.querySelectorAll(FOCUSABLE));
    (targets[nth] ?? targets[0])?.focus({ preventScroll: true });
  };
}

/**
 * Keeps the first row in sight where it is, once the page has been scrolled.
 * @param {HTMLElement} root
 */
function placeOf(root) {
  const inSight = [...rowsOf(root)].find(([, row]) => row.getBoundingClientRect().top >= 0);
  if (!scrollY || !inSight) return () => {};
  const [key, row] = inSight;
  const { top } = row.getBoundingClientRect();
  return () => {
    const now = rowsOf(root).get(key);
    if (now) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
  };
}

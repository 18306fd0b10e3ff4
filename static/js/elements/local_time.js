/** Writes every `<time data-local>` in the viewer's zone and words. */

import { say } from "../lib/clock.js";
import { viewerOf } from "../lib/viewer.js";

/** @returns {import("../lib/clock.js").Viewer} */
export function viewer() {
  const { lang, dataset } = document.documentElement;
  return {
    zone: viewerOf().timeZone || undefined,
    locale: !lang || lang === "en" ? "en-GB" : lang,
    today: dataset.today,
    yesterday: dataset.yesterday,
  };
}

/** @param {ParentNode} root */
export function writeTimes(root) {
  const reader = viewer();
  for (const time of root.querySelectorAll("time[data-local]")) writeTime(/** @type {HTMLTimeElement} */ (time), reader);
}

/**
 * @param {HTMLTimeElement} time
 * @param {import("../lib/clock.js").Viewer} reader
 */
function writeTime(time, reader) {
  const date = new Date(time.dateTime);
  if (Number.isNaN(date.valueOf())) return;
  const words = say(date, time.dataset.local ?? "full", reader);
  if (time.textContent !== words) time.textContent = words;
  time.title = say(date, time.dataset.local === "day" ? "date" : "full", reader);
}

/** Now, and again as days pass. */
export function keepTimes() {
  const write = () => document.visibilityState === "visible" && writeTimes(document);
  write();
  document.addEventListener("visibilitychange", write);
  setInterval(write, 60_000);
}

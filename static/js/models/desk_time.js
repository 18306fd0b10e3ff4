/** How long, in the words of the desk; the server writes the same (helpline/templatetags/desk.py). */

const SOON = 5 * 60_000;

/**
 * 42 s, 12 min, 1 h 05, 2 d 3 h.
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days} d ${hours % 24} h`;
  if (hours) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

/**
 * What is left until then, and how pressing that is.
 * @param {number} left
 * @returns {"" | "soon" | "late"}
 */
export const pressure = (left) => (left < 0 ? "late" : left < SOON ? "soon" : "");

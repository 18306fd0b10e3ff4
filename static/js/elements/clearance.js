/** Keeps passing words off every way to help: they lie at the foot of the page, or beside or above what of those lies there. */

const HELP = ".alarms, .card--alarm, .dial, .emergency-line, .button--alarm";
const GAP = 8;
const toasts = /** @type {HTMLElement} */ (document.querySelector("telemed-toasts"));

function place() {
  toasts.style.translate = "";
  const box = toasts.getBoundingClientRect();
  const { lift, shift } = box.height ? wayAround(box) : { lift: 0, shift: 0 };
  const isBeside = shift > 0 && shift < box.left - GAP;
  // Where there is no room at all they wait until the page is scrolled.
  toasts.style.visibility = !isBeside && lift > Math.max(0, box.top) ? "hidden" : "";
  toasts.style.translate = isBeside ? `${-shift}px` : `0 ${-lift}px`;
}

/**
 * By how much a box must be raised, or else moved to the left, to cover nothing of that.
 * @param {DOMRect} box
 */
function wayAround({ top, bottom, left, right }) {
  const boxes = [...document.querySelectorAll(HELP)].map((each) => each.getBoundingClientRect()).filter((each) => each.height);
  const above = boxes.filter((each) => each.left < right && each.right > left).sort((a, b) => b.bottom - a.bottom);
  const beside = boxes.filter((each) => each.top < bottom && each.bottom > top).sort((a, b) => b.right - a.right);
  let [lift, shift] = [0, 0];
  for (const each of above) {
    if (each.top < bottom - lift + GAP && each.bottom > top - lift) lift = bottom - each.top + GAP;
  }
  for (const each of beside) {
    if (each.left < right - shift + GAP && each.right > left - shift) shift = right - each.left + GAP;
  }
  return { lift, shift };
}

new ResizeObserver(place).observe(toasts);
for (const type of ["scroll", "resize", "telemed-renewed"]) addEventListener(type, place, { passive: true });

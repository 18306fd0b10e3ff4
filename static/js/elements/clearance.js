/** Keeps passing words off every way to help: they lie at the foot of the page, or above what of those lies there. */

const HELP = ".alarms, .card--alarm, .dial, .emergency-line, .button--alarm";
const GAP = 8;
const toasts = /** @type {HTMLElement} */ (document.querySelector("telemed-toasts"));

function place() {
  toasts.style.translate = "";
  const box = toasts.getBoundingClientRect();
  const lift = box.height ? liftOf(box) : 0;
  // Where there is no room at all they wait until the page is scrolled.
  toasts.style.visibility = lift > Math.max(0, box.top) ? "hidden" : "";
  toasts.style.translate = `0 ${-lift}px`;
}

/**
 * By how much a box must be raised to cover nothing of that, from the lowest to the highest.
 * @param {DOMRect} box
 */
function liftOf({ top, bottom, left, right }) {
  const boxes = [...document.querySelectorAll(HELP)].map((each) => each.getBoundingClientRect());
  const near = boxes.filter((each) => each.height && each.left < right && each.right > left).sort((a, b) => b.bottom - a.bottom);
  let lift = 0;
  for (const each of near) {
    if (each.top < bottom - lift + GAP && each.bottom > top - lift) lift = bottom - each.top + GAP;
  }
  return lift;
}

new ResizeObserver(place).observe(toasts);
for (const type of ["scroll", "resize", "telemed-renewed"]) addEventListener(type, place, { passive: true });

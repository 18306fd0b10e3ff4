/** The tab's title: a count before it, and a flash over it while something calls for attention. */

let base = globalThis.document?.title ?? "";
let count = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let flashing;

function show() {
  document.title = count ? `(${count > 99 ? "99+" : count}) ${base}` : base;
}

/** @param {number} unread */
export function countInTitle(unread) {
  count = unread;
  if (!flashing) show();
}

/** @param {string} words the page is called so now */
export function retitle(words) {
  base = words;
  countInTitle(count);
}

/** Says nothing of anybody any more. */
export function clearTitle() {
  [base, count] = ["Telemed", 0];
  calmTitle();
}

/** @param {string} words */
export function flashTitle(words) {
  clearInterval(flashing);
  let on = false;
  const turn = () => {
    on = !on;
    if (on) document.title = words;
    else show();
  };
  turn();
  flashing = setInterval(turn, 1_000);
}

export function calmTitle() {
  clearInterval(flashing);
  flashing = undefined;
  show();
}

/**
 * Holds a message while nobody would take it, so that its words stay on the page where the browser would
 * show its own error. What is sent before the scripts of the page are there waits a while for them; what
 * posts itself goes as soon as the server answers. A script of its own, which stands before the form.
 */

(() => {
  const PATIENCE = 4_000;
  const PAUSE = 2_000;
  /** A shorter wait is not worth a word. */
  const BRIEF = 1_000;
  let held = 0;

  /** @param {number} time */
  const pause = (time) => new Promise((done) => setTimeout(done, time));

  /** The elements around a form that are not there yet. @param {Element} form */
  const missing = (form) => ["telemed-composer", "telemed-conversation"].filter((name) => form.closest(`${name}:not(:defined)`));

  const isReachable = () =>
    fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(({ ok }) => ok, () => false);

  /** @param {HTMLFormElement} form @param {HTMLElement | null} words */
  async function hold(form, words) {
    const late = setTimeout(() => words && (words.hidden = false), BRIEF);
    const awaited = missing(form);
    const came = () => awaited.length > 0 && !missing(form).length;
    const coming = Promise.all(awaited.map((name) => customElements.whenDefined(name)));
    if (awaited.length) await Promise.race([coming, pause(PATIENCE)]);
    while (!came() && !(await isReachable())) await pause(PAUSE);
    clearTimeout(late);
    if (words) words.hidden = true;
    form.ariaBusy = null;
    held -= 1;
    if (came()) form.requestSubmit();
    else form.submit();
  }

  // Comes after the element's own listener, which prevents what the page takes itself.
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || !form.closest("telemed-composer")) return;
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    held += 1;
    void hold(form, form.querySelector("[data-ref=held]"));
  });
  addEventListener("beforeunload", (event) => held && event.preventDefault());
})();

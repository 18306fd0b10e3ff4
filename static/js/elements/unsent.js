/** A form that would go nowhere stays on its page: the browser's own error would take what was typed. */

const PATIENCE = 4_000;
const TYPED = "textarea, input:not([type=hidden], [type=checkbox], [type=radio])";
/** Which wait for an answer. @type {WeakSet<HTMLFormElement>} */
const asking = new WeakSet();
/** Which may go. @type {WeakSet<HTMLFormElement>} */
const cleared = new WeakSet();

/** A device may take itself for online without a way to us. */
const isReachable = () =>
  fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(({ ok }) => ok, () => false);

/** @param {HTMLFormElement} form */
const isTyped = (form) => [...form.elements].some((field) => field.matches(TYPED) && /** @type {HTMLInputElement} */ (field).value);

/**
 * Sends forms only where they can be heard; after the listeners of elements, which take what is theirs.
 * @param {() => void} say that nothing was sent
 * @param {AbortSignal} signal
 */
export function keepUnsent(say, signal) {
  addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post" || cleared.delete(form)) return;
    if (navigator.onLine && (form.target || !isTyped(form))) return;
    event.preventDefault();
    if (asking.has(form)) return;
    asking.add(form);
    const goes = navigator.onLine && (await isReachable());
    asking.delete(form);
    // What the page has taken anew meanwhile would go nowhere, without a word.
    if (!goes || !form.isConnected || event.submitter?.isConnected === false) return say();
    cleared.add(form);
    form.requestSubmit(event.submitter);
  }, { signal });
}

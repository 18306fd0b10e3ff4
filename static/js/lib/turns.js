/** Of all the tabs of a browser one makes the sound: who holds its lock. */

const RUNG = 2_000;

/**
 * Does it in the tab that comes first; the others leave it.
 * @param {string} name
 * @param {() => void} run
 */
export async function once(name, run) {
  if (!navigator.locks) return run();
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    run();
    await new Promise((done) => setTimeout(done, RUNG));
  });
}

/**
 * Does it in every tab, in one after the other.
 * @param {string} name
 * @param {() => Promise<void>} run
 */
export const inTurn = (name, run) => (navigator.locks ? navigator.locks.request(name, run) : run());

/**
 * Goes on in one tab until it ends there, then in the next that still wants to.
 * @param {string} name
 * @param {AbortSignal} signal ends it
 * @param {() => void} start
 */
export function hold(name, signal, start) {
  if (!navigator.locks) return start();
  const held = () => new Promise((/** @type {(done: void) => void} */ done) => {
    if (signal.aborted) return done();
    signal.addEventListener("abort", () => done());
    start();
  });
  navigator.locks.request(name, { signal }, held).catch(() => {});
}

/**
 * Whether another tab does it now.
 * @param {string} name
 */
export async function isHeld(name) {
  const locks = await navigator.locks?.query().catch(() => null);
  return Boolean(locks?.held?.some((lock) => lock.name === name));
}

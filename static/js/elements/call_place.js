/** Which of a person's tabs has the call, and what they say about it. */

/**
 * @param {Record<string, any>} refs
 * @param {{signal: AbortSignal, take: () => void, stay: () => void, rejoin: () => void}} options
 */
export function askForPlace({ move, move_here, stay, take, rejoin, retry }, { signal, ...acts }) {
  move_here.addEventListener("click", () => move.close("here"), { signal });
  stay.addEventListener("click", () => move.close(), { signal });
  move.addEventListener("close", () => (move.returnValue === "here" ? acts.take() : acts.stay()), { signal });
  take.addEventListener("click", acts.take, { signal });
  for (const button of [rejoin, retry]) button.addEventListener("click", acts.rejoin, { signal });
}

/** Whether this tab had the page before: then no other has the call. */
export function isReload() {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "reload";
}

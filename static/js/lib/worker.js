/** The page's word to its service worker, where one is registered. */

/** @param {object} message */
export async function tellWorker(message) {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  registration?.active?.postMessage(message);
}

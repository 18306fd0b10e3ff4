/** What every page of a signed-in person does for this device: the worker, its subscription, the app's badge, and taking back what was read. */

import { NOTIFICATIONS } from "../wire.js";
import { post } from "../lib/http.js";
import { digest, registration, subscription } from "../lib/push.js";
import { viewerOf } from "../lib/viewer.js";
import { me } from "../models/me.js";
import { unreadIds } from "../models/unread.js";

/** The worker fetches what it keeps, so it waits until the page has what it needs. */
export async function keepInstalled() {
  const loaded = new Promise((done) => {
    if (document.readyState === "complete") done(null);
    else addEventListener("load", done, { once: true });
  });
  const working = loaded.then(registration);
  /** @type {number | undefined} */
  let before;
  const take = (/** @type {Event} */ event) => {
    const unread = /** @type {CustomEvent} */ (event).detail.unread_notifications;
    if (unread === undefined || unread === before) return;
    before = unread;
    countOnIcon(unread);
    working.then((worker) => worker && takeBack(worker)).catch(() => {});
  };
  me.addEventListener("beat", take);
  me.addEventListener(NOTIFICATIONS.BADGE_CHANGED, take);
  if (await working) await belong().catch(() => {});
}

/** @param {number} unread */
function countOnIcon(unread) {
  const told = unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  told?.catch(() => {});
}

/**
 * Closes what this device still shows and has been read, here or elsewhere. Asked anew, and after
 * the look: a number that was on its way to us knows nothing of what was pushed meanwhile.
 * @param {ServiceWorkerRegistration} worker
 */
async function takeBack(worker) {
  const shown = await worker.getNotifications();
  if (!shown.length) return;
  const ids = await unreadIds();
  for (const each of shown) if (!ids.has(each.tag)) each.close();
}

/** A browser that is subscribed belongs to whoever is signed in: the server may know it as another's. */
async function belong() {
  const own = await subscription();
  if (!own || viewerOf().push === (await digest(own.endpoint))) return;
  await post("/api/v1/push-subscriptions/", own.toJSON());
  viewerOf().push = await digest(own.endpoint);
}

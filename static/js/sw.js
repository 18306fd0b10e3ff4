/** The service worker: shows what is pushed, leads to it, takes it back, and has a page for when there is no way to us. */

(() => {
  // A worker's own types exclude those of pages, which all other scripts are checked with.
  const worker = /** @type {any} */ (self);
  const { offline, files, version, renewal, subscriptions, icon, badge, words } = worker.telemed;
  const KEPT = `offline-${version}`;
  const RING = [400, 200, 400, 200, 400];
  /** @type {Promise<void>} */
  let last = Promise.resolve();

  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
  worker.addEventListener("fetch", answer);
  worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(takeInTurn(event.data)));
  worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
    event.notification.close();
    event.waitUntil(go(event.notification.data?.url ?? "/"));
  });
  worker.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) => event.waitUntil(renew(event.newSubscription)));

  /** Asked for without a cookie, so that what is kept is nobody's. */
  async function install() {
    const requests = files.map((/** @type {string} */ file) => new Request(file, { cache: "reload", credentials: "omit" }));
    await (await caches.open(KEPT)).addAll(requests);
    await worker.skipWaiting();
  }

  async function activate() {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await worker.clients.claim();
  }

  /**
   * The network always comes first; only the page for its absence is ever taken from here.
   * @param {any} event
   */
  function answer(event) {
    const { request } = event;
    const { origin, pathname, search } = new URL(request.url);
    if (origin !== worker.location.origin) return;
    if (request.method === "POST" && request.mode === "navigate") return event.respondWith(post(request));
    if (request.method !== "GET") return;
    if (request.mode === "navigate") event.respondWith(fetchOr(request, offline));
    else if (files.includes(pathname + search)) event.respondWith(fetchOr(request, pathname + search));
  }

  /**
   * Without navigation preload: Firefox shows its own error when what it has preloaded fails.
   * @param {any} request
   * @param {string} file that is kept for when there is no network
   */
  async function fetchOr(request, file) {
    try {
      return await fetch(request);
    } catch {
      return (await caches.match(file)) ?? Response.error();
    }
  }

  /**
   * What is sent and does not arrive leads back to where it was sent from, and not to the browser's own error.
   * @param {any} request
   */
  async function post(request) {
    try {
      return await fetch(request);
    } catch {
      return Response.redirect(request.referrer || worker.location.origin, 303);
    }
  }

  /**
   * One after the other: a browser may forget what is being shown while another push looks at
   * what is, and then it can never be taken back.
   * @param {any} data
   */
  function takeInTurn(data) {
    last = last.catch(() => {}).then(() => take(data));
    return last;
  }

  /** @param {any} data */
  async function take(data) {
    const message = read(data);
    if ("badge" in message) await count(message.badge);
    if (Array.isArray(message.clear)) return clear(message.clear);
    return show(message);
  }

  /**
   * What cannot be read still says that there is something.
   * @param {any} data
   * @returns {Record<string, any>}
   */
  function read(data) {
    try {
      const message = data.json();
      if (message.title || message.clear) return message;
    } catch {
      // Below.
    }
    return { title: words.title, body: words.fallback };
  }

  /** @param {number} unread */
  async function count(unread) {
    const { navigator } = worker;
    await (unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch?.(() => {});
  }

  /**
   * The same push may come twice, when the server stopped while it was sent: it makes no noise
   * then, nor while one looks at the thing itself.
   * @param {Record<string, any>} message
   */
  async function show({ tag = "telemed", title, body, url = "/", urgent = false, sound = "message", at = 0 }) {
    const [earlier] = await worker.registration.getNotifications({ tag });
    const silent = !sound || (at > 0 && earlier?.data?.at === at) || (await isNoticed(url, sound));
    await worker.registration.showNotification(title, {
      ...{ body, tag, icon, badge, silent, renotify: !silent, requireInteraction: urgent, data: { url, at } },
      ...(at ? { timestamp: at } : {}),
      ...(silent ? {} : { vibrate: sound === "call" ? RING : [200] }),
    });
  }

  /**
   * A call rings in every page of ours, other things show where they are.
   * @param {string} url
   * @param {string} sound
   */
  async function isNoticed(url, sound) {
    const pages = await openPages();
    return pages.some((page) => page.focused && (sound === "call" || isAt(page, url)));
  }

  /** @returns {Promise<any[]>} */
  const openPages = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

  /**
   * @param {any} page
   * @param {string} url
   */
  const isAt = (page, url) => new URL(page.url).pathname === new URL(url, worker.location.origin).pathname;

  /**
   * What was read elsewhere. Something must be seen of every push: if others are left, one of
   * them is shown again without a sound.
   * @param {string[]} tags
   */
  async function clear(tags) {
    /** @type {any[]} */
    const shown = await worker.registration.getNotifications();
    for (const each of shown) if (tags.includes(each.tag)) each.close();
    const left = shown.find((each) => !tags.includes(each.tag));
    if (!left) return;
    const { title, body, tag, data, requireInteraction, timestamp } = left;
    const options = { body, tag, data, requireInteraction, timestamp, icon, badge, silent: true };
    await worker.registration.showNotification(title, options);
  }

  /**
   * To the tab that shows it already; else to a new one, for nobody's page is taken from them.
   * @param {string} url
   */
  async function go(url) {
    const there = (await openPages()).find((page) => isAt(page, url));
    await (there ? there.focus() : worker.clients.openWindow(new URL(url, worker.location.origin).href));
  }

  /**
   * The push service has moved us. Who is signed out meanwhile is registered by the next page.
   * @param {any} given
   */
  async function renew(given) {
    const { key, token } = await (await fetch(renewal, { headers: { Accept: "application/json" } })).json();
    const wanted = { userVisibleOnly: true, applicationServerKey: key };
    const subscription = given ?? (await worker.registration.pushManager.subscribe(wanted));
    await fetch(subscriptions, {
      method: "POST",
      body: JSON.stringify(subscription),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    });
  }
})();

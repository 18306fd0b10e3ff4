/** As much of a service worker's surroundings as ours touches; `fire` resolves when it has finished. */

import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(new URL("../../static/js/sw.js", import.meta.url), "utf8");
export const ORIGIN = "https://telemed.example";

export const TOLD = {
  offline: "/offline/",
  files: ["/offline/", "/static/css/offline.css?kept"],
  version: "1",
  renewal: "/notifications/push/",
  subscriptions: "/api/v1/push-subscriptions/",
  icon: "/icon.png",
  badge: "/badge.png",
  words: { title: "Telemed", fallback: "Something new is waiting for you." },
};

/** @param {any} notification @param {any[]} shown */
const closable = (notification, shown) =>
  Object.assign(notification, { close: () => shown.splice(shown.indexOf(notification), 1) });

export class FakeWorker {
  /** What the person sees, @type {any[]} */
  shown = [];
  /** Open pages of ours, @type {any[]} */
  pages = [];
  /** @type {string[]} */
  opened = [];
  /** @type {any[]} */
  asked = [];
  /** @type {number | null} */
  count = null;
  /** What was kept, by the name of its cache, @type {Map<string, string[]>} */
  kept = new Map();
  /** @type {(request: any) => any} */
  network = () => "from the network";
  /** @type {any} */
  subscribed = null;
  /** @type {Record<string, (event: any) => void>} */
  #listeners = {};

  constructor() {
    const registration = {
      getNotifications: async ({ tag = "" } = {}) => this.shown.filter((each) => !tag || each.tag === tag),
      showNotification: async (/** @type {string} */ title, /** @type {any} */ options) => this.#show(title, options),
      pushManager: { subscribe: async (/** @type {any} */ wanted) => (this.subscribed = { endpoint: "new", wanted }) },
    };
    const self = {
      telemed: TOLD,
      registration,
      location: new URL(`${ORIGIN}/sw.js`),
      navigator: { setAppBadge: async (/** @type {number} */ n) => (this.count = n), clearAppBadge: async () => (this.count = 0) },
      clients: {
        claim: async () => {},
        matchAll: async () => this.pages,
        openWindow: async (/** @type {string} */ url) => this.opened.push(url),
      },
      skipWaiting: async () => {},
      addEventListener: (/** @type {string} */ name, /** @type {any} */ listener) => (this.#listeners[name] = listener),
    };
    const fetch = async (/** @type {any} */ request, /** @type {any} */ options) => {
      this.asked.push({ request, options });
      return this.network(request);
    };
    const Response = { error: () => "nothing", redirect: (/** @type {string} */ url, /** @type {number} */ status) => `${status} to ${url}` };
    runInContext(SCRIPT, createContext({ self, fetch, caches: this.#caches(), URL, Request: FakeRequest, Response }));
  }

  #caches() {
    return {
      open: async (/** @type {string} */ name) => ({
        addAll: async (/** @type {FakeRequest[]} */ requests) => this.kept.set(name, requests.map(({ url, options }) => `${url} ${options.credentials}`)),
      }),
      keys: async () => [...this.kept.keys()],
      delete: async (/** @type {string} */ name) => this.kept.delete(name),
      match: async (/** @type {string} */ url) => `${url} as kept`,
    };
  }

  /** @param {string} title @param {any} options */
  #show(title, options) {
    if (options.silent && options.vibrate) throw new TypeError("silent, and vibrates");
    this.shown = this.shown.filter(({ tag }) => tag !== options.tag);
    this.shown.push(closable({ title, ...options }, this.shown));
    this.shown.forEach((each) => closable(each, this.shown));
  }

  /** @param {string} name @param {any} [event] */
  async fire(name, event = {}) {
    /** @type {any} */
    let done;
    this.#listeners[name]({ ...event, waitUntil: (/** @type {any} */ promise) => (done = promise), respondWith: (/** @type {any} */ promise) => (done = promise) });
    return done;
  }

  /** @param {any} message */
  push(message) {
    return this.fire("push", { data: { json: () => message } });
  }
}

export class FakeRequest {
  /** @param {string} url @param {any} options */
  constructor(url, options) {
    this.url = url;
    this.options = options;
  }
}

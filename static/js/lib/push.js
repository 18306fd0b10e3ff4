/** This browser's service worker and its subscription, and what a browser can do at all. */

import { pause } from "./timing.js";

const PATIENCE = 20_000;

export const isSupported = () =>
  "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** Answers null where there are no workers, as in some private windows. */
export async function registration() {
  if (!("serviceWorker" in navigator)) return null;
  return navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => null);
}

/** The subscription that this browser has, if its owner still lets us show anything. */
export async function subscription() {
  if (!isSupported() || Notification.permission !== "granted") return null;
  return (await registration())?.pushManager.getSubscription() ?? null;
}

/**
 * Subscribes anew when the server has another key than before.
 * @param {string} key
 */
export async function subscribe(key) {
  await registration();
  const { pushManager } = await navigator.serviceWorker.ready;
  const earlier = await pushManager.getSubscription();
  if (earlier && !isFor(earlier, key)) await earlier.unsubscribe();
  // Where the browser's push service cannot be reached some browsers wait for it for ever.
  return Promise.race([
    pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
    pause(PATIENCE).then(() => Promise.reject(new Error("the push service does not answer"))),
  ]);
}

/**
 * @param {PushSubscription} own
 * @param {string} key
 */
export function isFor(own, key) {
  const made = own.options?.applicationServerKey;
  return !made || encoded(new Uint8Array(made)) === key;
}

/** @param {Uint8Array} bytes */
const encoded = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/**
 * By this the server tells which subscription it knows, without writing its address into pages.
 * @param {string} endpoint
 */
export async function digest(endpoint) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(bytes)].slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What there is to say about push here. An iPhone can do it, but only from the Home Screen.
 * @param {{key: string, supported: boolean, permission: string, subscribed: boolean, phone: boolean, installed: boolean}} facts
 */
export function stateOf({ key, supported, permission, subscribed, phone, installed }) {
  if (!key) return "unset";
  if (!supported) return phone && !installed ? "phone" : "unsupported";
  if (permission === "denied") return "denied";
  return permission === "granted" && subscribed ? "on" : "off";
}

/**
 * Where permissions are changed depends on it.
 * @param {string} agent
 * @param {number} [touches]
 */
export function browserOf(agent, touches = 0) {
  if (isPhone(agent, touches)) return "iphone";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Android/.test(agent)) return "android";
  if (/Chrome\/|Chromium\//.test(agent)) return "chromium";
  return /Safari\//.test(agent) ? "safari" : "chromium";
}

/**
 * How an app is installed depends on it.
 * @param {string} agent
 * @param {number} [touches]
 */
export function platformOf(agent, touches = 0) {
  if (isPhone(agent, touches)) return "iphone";
  return /Android/.test(agent) ? "android" : "computer";
}

/**
 * Whether Apple lets it notify from the Home Screen alone. An iPad says that it is a Mac, but has fingers.
 * @param {string} agent
 * @param {number} [touches]
 */
export const isPhone = (agent, touches = 0) =>
  /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1);

export const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

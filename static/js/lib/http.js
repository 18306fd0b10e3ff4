/** JSON over HTTP, with the CSRF token, and refusals as `Problem`s. */

import { pause } from "./timing.js";
import { viewerOf } from "./viewer.js";

/** The server's answer was no; status 0 means that there was no answer. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, detail?: string, attr?: string | null}[]} [errors]
   */
  constructor(status, errors = []) {
    super(errors[0]?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = errors[0]?.code ?? "";
    this.detail = errors[0]?.detail ?? "";
    this.fields = Object.fromEntries(errors.filter(({ attr }) => attr).map(({ attr, detail }) => [attr, detail]));
  }
}

const askAgain = () => fetch(location.href, { signal: AbortSignal.timeout(20_000), cache: "no-store" }).catch(() => null);

/** @param {Response | null} answer */
const parse = async (answer) => new DOMParser().parseFromString((await answer?.text().catch(() => "")) ?? "", "text/html");

const MOMENT = 30;
/** @type {Promise<Response | null> | null} */
let asked = null;

/**
 * This page as the server would write it now; null without a good answer. Whoever asks in the same
 * moment has the same answer: news makes several parts of a page ask.
 * @param {() => void} [gone] called when it is there no more
 */
export async function pageNow(gone) {
  asked ??= pause(MOMENT).then(() => ((asked = null), askAgain()));
  const answer = (await asked)?.clone() ?? null;
  if (answer?.status === 404) gone?.();
  return answer?.ok ? parse(answer) : null;
}

const FIELD = 'input[name="csrfmiddlewaretoken"]';

/** @param {Document} page */
const tokenIn = (page) => page.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/**
 * Signing in again in another tab makes this page's token void: takes a new one from the page as it
 * would be now, for scripts and forms. Answers whether there is one, for the same person.
 */
async function renewToken() {
  const fresh = await parse(await askAgain());
  const token = tokenIn(fresh);
  if (!token || viewerOf(fresh).person !== viewerOf().person) return false;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
  const templates = [...document.querySelectorAll("template")].map(({ content }) => content);
  for (const root of [document, ...templates]) {
    for (const field of root.querySelectorAll(FIELD)) field.setAttribute("value", token);
  }
  return true;
}

/**
 * Sends a form as its button would, and again where only this page's token was void; null without an answer.
 * @param {HTMLFormElement} form
 * @param {RequestInit & {patience: number}} options in ms
 */
export async function submitted(form, { patience, ...options }) {
  const once = () => {
    const signal = AbortSignal.timeout(patience);
    return fetch(form.action, { method: "POST", body: new FormData(form), signal, ...options }).catch(() => null);
  };
  const answer = await once();
  return answer?.status === 403 && (await renewToken()) ? once() : answer;
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<any>}
 */
async function ask(url, options) {
  const signal = AbortSignal.timeout(20_000);
  const headers = { Accept: "application/json", ...options.headers };
  const answer = await fetch(url, { signal, ...options, headers }).catch(() => {
    throw new Problem(0);
  });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, body?.errors ?? (body?.detail ? [body] : []));
  return body;
}

/** @param {string} url */
export const get = (url) => ask(url, { cache: "no-store" });

/**
 * @param {string} url
 * @param {object} [data]
 */
export const post = (url, data = {}) => change("POST", url, data);

/**
 * @param {string} url
 * @param {object} data
 */
export const patch = (url, data) => change("PATCH", url, data);

/** @param {string} url */
export const remove = (url) => change("DELETE", url);

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [data]
 */
async function change(method, url, data) {
  try {
    return await send(method, url, data);
  } catch (problem) {
    if (/** @type {Problem} */ (problem).status !== 403 || !(await renewToken())) throw problem;
    return send(method, url, data);
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [data]
 */
const send = (method, url, data) =>
  ask(url, {
    method,
    body: data && JSON.stringify(data),
    headers: { "Content-Type": "application/json", "X-CSRFToken": tokenIn(document) },
  });

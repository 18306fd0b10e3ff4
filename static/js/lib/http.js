/** JSON over HTTP, with the CSRF token, and refusals as `Problem`s. */

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

/** The cookie is fresher than the page: signing in elsewhere changes it. */
function token() {
  const cookie = /(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie);
  const meta = document.querySelector('meta[name="csrf-token"]');
  return cookie?.[1] ?? meta?.getAttribute("content") ?? "";
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
export const post = (url, data = {}) =>
  ask(url, {
    method: "POST",
    body: JSON.stringify(data),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
  });

/** Which notifications nobody has looked at yet. */

import { get } from "../lib/http.js";

const MOST = 200;

/** @returns {Promise<Set<string>>} */
export async function unreadIds() {
  const { results } = await get(`/api/v1/notifications/?unread=true&limit=${MOST}`);
  return new Set(results.map((/** @type {{id: string}} */ { id }) => id));
}

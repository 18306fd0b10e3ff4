/** Which notifications nobody has looked at yet. */

import { get } from "../lib/http.js";

/**
 * @typedef {{id: string, kind: string, title: string, text: string, url: string, urgent: boolean, silent: boolean, sound: string,
 *   updated_at: string}} Notice
 */

const MOST = 200;

/** The newest first. @returns {Promise<Notice[]>} */
export const unread = async () => (await get(`/api/v1/notifications/?unread=true&limit=${MOST}`)).results;

/** @returns {Promise<Set<string>>} */
export const unreadIds = async () => new Set((await unread()).map(({ id }) => id));

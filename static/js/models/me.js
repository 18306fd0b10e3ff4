/** The signed-in person's own socket: one per page, opened by the page. */

import { Socket } from "../lib/socket.js";

export const me = new Socket("/ws/me/");

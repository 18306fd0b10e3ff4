/** What the person of this page wants to hear; follows what they choose in another tab. */

import { NOTIFICATIONS } from "../wire.js";
import { viewerOf } from "../lib/viewer.js";
import { Hearing } from "../models/hearing.js";
import { me } from "../models/me.js";

const { hearing: chosen = "{}", timeZone } = viewerOf();

export const hearing = new Hearing(JSON.parse(chosen), timeZone);

me.addEventListener(NOTIFICATIONS.PREFERENCES_CHANGED, (event) => {
  hearing.change(/** @type {CustomEvent} */ (event).detail);
});

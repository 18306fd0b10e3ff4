/** What every page needs: the person's socket, sound after the first touch, times, and the common elements. */

import { isTouch } from "./lib/dom.js";
import { post } from "./lib/http.js";
import { unlock } from "./lib/sound.js";
import { viewerOf } from "./lib/viewer.js";
import { confirmDeliveries } from "./models/deliveries.js";
import { me } from "./models/me.js";
import { keepInstalled } from "./elements/installed.js";
import { keepTimes } from "./elements/local_time.js";
import "./elements/bell.js";
import "./elements/connection.js";
import "./elements/ringing.js";
import "./elements/toasts.js";

keepTimes();

// A call has a tab of its own name; on a phone, where tabs hide each other, it takes this one.
document.addEventListener("submit", ({ target }) => {
  if (target instanceof HTMLFormElement && target.target === "telemed-call" && isTouch()) target.target = "";
}, { capture: true });

if (viewerOf().person) {
  const touched = new AbortController();
  for (const gesture of ["pointerup", "keydown"]) {
    addEventListener(gesture, () => unlock().then((done) => done && touched.abort()), { signal: touched.signal });
  }
  confirmDeliveries(me, (conversation, seq) => post(`/api/v1/conversations/${conversation}/receipt/`, { seq }));
  me.open();
  keepInstalled();
}

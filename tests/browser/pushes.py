"""A browser that is pushed to: the subscription is made up, what arrives is real."""

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Worker

from tests.browser.waiting import until
from tests.sweeping import KEYS

HOST = "push.telemed.invalid"

# A push service cannot be reached from here, so the page is handed a subscription of none.
SUBSCRIBES = (
    f"const keys = {json.dumps(KEYS)}, service = 'https://{HOST}/';"
    """
const kept = {
  get: () => JSON.parse(sessionStorage.getItem("subscribed")),
  set: (value) => sessionStorage.setItem("subscribed", JSON.stringify(value)),
};
const bytes = (key) => Uint8Array.from(
  atob(key.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const subscription = () => kept.get() && {
  endpoint: kept.get().endpoint,
  options: { applicationServerKey: bytes(kept.get().key).buffer },
  toJSON: () => ({ endpoint: kept.get().endpoint, keys }),
  unsubscribe: async () => kept.set(null),
};
PushManager.prototype.getSubscription = async () => subscription();
PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
  kept.set({ endpoint: service + crypto.randomUUID(), key });
  return subscription();
};
"""
)

# Whoever has not been asked yet says yes to the first question; the questions are counted.
ASKED = """
window.questions = 0;
let permission = sessionStorage.getItem("permission") ?? "default";
Object.defineProperty(Notification, "permission", { get: () => permission });
Notification.requestPermission = async () => {
  window.questions += 1;
  sessionStorage.setItem("permission", "granted");
  return (permission = "granted");
};
"""

# How often this page has looked at what its device shows.
COUNT_LOOKS = """
window.looks = 0;
const registrations = globalThis.ServiceWorkerRegistration?.prototype ?? {};
const look = registrations.getNotifications;
registrations.getNotifications = async function (...options) {
  const shown = await look.apply(this, options);
  window.looks += 1;
  return shown;
};
"""

SHOWN = """
navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
  .then((all) => all.map(({ title, body, tag }) => [title, body, tag]))
"""

# How many pushes the worker is done with.
COUNT_TAKEN = """
() => {
  self.taken = 0;
  const { waitUntil } = ExtendableEvent.prototype;
  PushEvent.prototype.waitUntil = function (work) {
    const count = () => { self.taken += 1; };
    work.then(count, count);
    waitUntil.call(this, work);
  };
}
"""


def worker_of(page: Page) -> Worker:
    """The service worker, once it rules the page."""
    until(page, "navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')")
    [worker] = heard(page, lambda: page.context.service_workers)
    return worker


def heard(page: Page, look: Callable[[], Any]) -> Any:
    """What the browser tells us by itself, as soon as it has."""
    deadline = time.monotonic() + 10
    while not (found := look()):
        assert time.monotonic() < deadline, "the browser has not said it"
        page.evaluate("new Promise((done) => setTimeout(done, 25))")
    return found


class Pushes:
    """What a push service would do, by the browser's own protocol."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.worker = worker_of(page)
        self._devtools = page.context.new_cdp_session(page)
        self._registrations: list[dict[str, Any]] = []
        self._devtools.on("ServiceWorker.workerRegistrationUpdated", self._take)
        self._devtools.send("ServiceWorker.enable")
        self.worker.evaluate(COUNT_TAKEN)
        self._delivered = 0

    def deliver(self, *contents: dict[str, Any] | str) -> None:
        """Wakes the worker with these at the same moment, and waits until it is done.

        Chromium forgets a notification that is being shown while somebody looks at what is.
        """
        origin = self.page.evaluate("location.origin")
        known_by = heard(self.page, lambda: self._registrations)
        [known] = {each["registrationId"] for each in known_by}
        for content in contents:
            text = content if isinstance(content, str) else json.dumps(content)
            told = {"origin": origin, "registrationId": known, "data": text}
            self._devtools.send("ServiceWorker.deliverPushMessage", told)
            self._delivered += 1
        heard(self.page, lambda: self.worker.evaluate("self.taken") >= self._delivered)

    def shown(self) -> list[list[str]]:
        """Title, body and tag of what the device shows now."""
        found: list[list[str]] = self.page.evaluate(SHOWN)
        return found

    def click(self) -> str:
        """Clicks the first; answers where the worker leads, to a tab that is open or to a new one.

        A browser lets a worker open windows for a real finger alone, which no protocol has.
        """
        led: str = self.worker.evaluate("""
            async () => {
              const [notification] = await self.registration.getNotifications();
              const led = new Promise((done) => {
                const value = async (url) => done(`opens ${url}`);
                Object.defineProperty(self.clients, "openWindow", { configurable: true, value });
                WindowClient.prototype.focus = async function () { done(`focuses ${this.url}`); };
              });
              self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
              return led;
            }
        """)
        return led

    def _take(self, said: dict[str, Any]) -> None:
        self._registrations += [each for each in said["registrations"] if not each["isDeleted"]]

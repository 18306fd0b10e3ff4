import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { FakeWorker, ORIGIN, TOLD } from "./fake_worker.js";

const MESSAGE = { tag: "one", title: "You have a new message", body: "Open Telemed to see it.", url: "/messages/1/", badge: 3, urgent: false, sound: "message", at: 1 };
const CALL = { ...MESSAGE, tag: "call", title: "Someone is calling you", url: "/calls/1/", urgent: true, sound: "call" };

describe("The service worker", () => {
  let worker = new FakeWorker();

  beforeEach(() => {
    worker = new FakeWorker();
  });

  const page = (/** @type {string} */ path, focused = true) => {
    const opened = { url: `${ORIGIN}${path}`, focused, focus: async () => (opened.focused = true) };
    worker.pages.push(opened);
    return opened;
  };
  const tags = () => worker.shown.map(({ tag }) => tag);

  test("shows what is pushed, under its tag, and counts on the icon", async () => {
    await worker.push(MESSAGE);
    const [shown] = worker.shown;
    assert.deepEqual([shown.title, shown.body, shown.tag], [MESSAGE.title, MESSAGE.body, "one"]);
    assert.deepEqual([shown.silent, shown.renotify, shown.requireInteraction], [false, true, false]);
    assert.deepEqual([shown.icon, shown.badge, worker.count], [TOLD.icon, TOLD.badge, 3]);
  });

  for (const [what, data] of Object.entries({
    "no data": null,
    "no JSON": { json: () => JSON.parse("{") },
    "null": { json: () => null },
    "a number": { json: () => 7 },
    "an empty object": { json: () => ({}) },
  })) {
    test(`shows something for a push with ${what}`, async () => {
      await worker.fire("push", { data });
      assert.deepEqual(worker.shown.map(({ title, body }) => [title, body]), [["Telemed", TOLD.words.fallback]]);
    });
  }

  test("lets a call stay and vibrate", async () => {
    await worker.push(CALL);
    assert.equal(worker.shown[0].requireInteraction, true);
    assert.ok(worker.shown[0].vibrate.length > 1);
  });

  test("shows the same thing once, and is heard again for what is new", async () => {
    await worker.push(MESSAGE);
    await worker.push({ ...MESSAGE, at: 2 });
    assert.deepEqual(tags(), ["one"]);
    assert.equal(worker.shown[0].silent, false);
  });

  test("is silent when the same push comes twice", async () => {
    await worker.push(MESSAGE);
    await worker.push(MESSAGE);
    assert.deepEqual([tags(), worker.shown[0].silent], [["one"], true]);
  });

  test("is silent where the person has turned the sound off", async () => {
    await worker.push({ ...MESSAGE, sound: "" });
    assert.equal(worker.shown[0].silent, true);
  });

  test("is silent while one looks at the thing itself, and only then", async () => {
    page("/messages/1/");
    await worker.push(MESSAGE);
    assert.equal(worker.shown[0].silent, true);
    await worker.push({ ...MESSAGE, tag: "other", url: "/messages/2/" });
    assert.equal(worker.shown[1].silent, false);
  });

  test("is heard when the page lies behind another window", async () => {
    page("/messages/1/", false);
    await worker.push(MESSAGE);
    assert.equal(worker.shown[0].silent, false);
  });

  test("leaves the ringing to any page that one looks at", async () => {
    page("/");
    await worker.push(CALL);
    assert.equal(worker.shown[0].silent, true);
  });

  test("takes back what was read elsewhere", async () => {
    await worker.push(MESSAGE);
    await worker.push(CALL);
    await worker.push({ clear: ["call", "unknown"], badge: 1 });
    assert.deepEqual([tags(), worker.count], [["one"], 1]);
  });

  test("shows another one again without a sound, for a push must be seen", async () => {
    await worker.push(MESSAGE);
    await worker.push(CALL);
    await worker.push({ clear: ["call"], badge: 1 });
    const [left] = worker.shown;
    assert.deepEqual([left.silent, left.title, left.data.url], [true, MESSAGE.title, MESSAGE.url]);
  });

  test("clears the icon with the last one", async () => {
    await worker.push(MESSAGE);
    await worker.push({ clear: ["one"], badge: 0 });
    assert.deepEqual([tags(), worker.count], [[], 0]);
  });

  test("leads a click to the tab that shows the thing", async () => {
    page("/", true);
    const there = page("/messages/1/", false);
    await worker.push(MESSAGE);
    await worker.fire("notificationclick", { notification: worker.shown[0] });
    assert.deepEqual([there.focused, worker.opened, tags()], [true, [], []]);
  });

  test("opens a new tab and takes no page from anyone", async () => {
    page("/messages/2/");
    await worker.push(CALL);
    await worker.fire("notificationclick", { notification: worker.shown[0] });
    assert.deepEqual(worker.opened, [`${ORIGIN}/calls/1/`]);
  });

  test("keeps the offline page, asked for without a cookie, and drops older ones", async () => {
    worker.kept.set("offline-0", ["/offline/"]);
    await worker.fire("install");
    await worker.fire("activate");
    assert.deepEqual([...worker.kept], [["offline-1", TOLD.files.map((file) => `${file} omit`)]]);
  });

  const request = (/** @type {string} */ path, mode = "navigate", method = "GET") => ({ request: { url: `${ORIGIN}${path}`, mode, method } });

  test("lets the network answer", async () => {
    assert.equal(await worker.fire("fetch", request("/messages/")), "from the network");
  });

  test("has a page for when there is none, and nothing else of ours", async () => {
    worker.network = () => Promise.reject(new TypeError("no network"));
    assert.equal(await worker.fire("fetch", request("/messages/")), "/offline/ as kept");
    assert.equal(await worker.fire("fetch", request("/static/css/offline.css?kept", "no-cors")), "/static/css/offline.css?kept as kept");
    assert.equal(await worker.fire("fetch", request("/static/css/offline.css", "no-cors")), undefined);
    assert.equal(await worker.fire("fetch", request("/api/v1/me/", "cors")), undefined);
    assert.equal(await worker.fire("fetch", request("/messages/1/", "cors", "POST")), undefined);
  });

  test("leads what was sent in vain back to the page it was sent from", async () => {
    const sent = request("/notifications/reading/", "navigate", "POST");
    Object.assign(sent.request, { referrer: `${ORIGIN}/notifications/` });
    assert.equal(await worker.fire("fetch", sent), "from the network");
    worker.network = () => Promise.reject(new TypeError("no network"));
    assert.equal(await worker.fire("fetch", sent), `303 to ${ORIGIN}/notifications/`);
  });

  test("subscribes anew when the push service has moved us", async () => {
    worker.network = () => ({ json: async () => ({ key: "public", token: "csrf" }) });
    await worker.fire("pushsubscriptionchange");
    const [, told] = worker.asked;
    assert.equal(worker.subscribed.wanted.applicationServerKey, "public");
    assert.equal(told.request, TOLD.subscriptions);
    assert.equal(told.options.headers["X-CSRFToken"], "csrf");
    assert.equal(JSON.parse(told.options.body).endpoint, "new");
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { browserOf, digest, isFor, platformOf, stateOf } from "../../static/js/lib/push.js";

const READY = { key: "k", supported: true, permission: "default", subscribed: false, phone: false, installed: false };

describe("Push", () => {
  for (const [state, facts] of /** @type {[string, object][]} */ ([
    ["off", {}],
    ["on", { permission: "granted", subscribed: true }],
    ["off", { permission: "granted" }],
    ["off", { subscribed: true }],
    ["denied", { permission: "denied", subscribed: true }],
    ["unset", { key: "", permission: "denied" }],
    ["unsupported", { supported: false }],
    ["phone", { supported: false, phone: true }],
    ["unsupported", { supported: false, phone: true, installed: true }],
    ["off", { phone: true, installed: true }],
  ])) {
    test(`is ${state} with ${JSON.stringify(facts)}`, () => {
      assert.equal(stateOf({ ...READY, ...facts }), state);
    });
  }

  for (const [name, agent] of Object.entries({
    chromium: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    android: "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
    firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    safari: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
  })) {
    test(`is allowed again in the way of ${name}`, () => assert.equal(browserOf(agent), name));
  }

  test("is installed in the way of its platform", () => {
    const desktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36";
    const samsung = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36";
    assert.deepEqual([platformOf(desktop), platformOf(samsung), platformOf("Mozilla/5.0 (iPhone)")], ["computer", "android", "iphone"]);
  });

  test("takes an iPad for what it is", () => {
    const ipad = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15";
    assert.deepEqual([browserOf(ipad, 5), browserOf(ipad, 0)], ["iphone", "safari"]);
  });

  test("knows whether a subscription was made with this key", () => {
    const own = /** @type {any} */ ({ options: { applicationServerKey: new Uint8Array([251, 255, 1]).buffer } });
    assert.equal(isFor(own, "-_8B"), true);
    assert.equal(isFor(own, "AAAA"), false);
    assert.equal(isFor(/** @type {any} */ ({}), "AAAA"), true);
  });

  test("marks an address as the server does", async () => {
    assert.equal(await digest("https://fcm.googleapis.com/fcm/send/phone"), "681730c13ecb1cad");
  });
});

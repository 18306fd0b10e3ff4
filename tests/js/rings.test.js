import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Rings } from "../../static/js/models/rings.js";
import { installBrowser } from "./browser.js";

describe("Rings", () => {
  let browser = installBrowser();
  let rings = new Rings();
  let changes = 0;

  beforeEach(() => {
    browser = installBrowser();
    rings = new Rings();
    changes = 0;
    rings.addEventListener("change", () => (changes += 1));
  });

  const ring = (/** @type {string} */ id, seconds = 30, waiting = false) =>
    /** @type {any} */ ({ id, waiting, ring_expires_at: new Date(Date.now() + seconds * 1_000).toISOString() });

  test("ask about one call at a time, the others in the order they came", () => {
    rings.add(ring("one"));
    rings.add(ring("two"));
    assert.equal(rings.current?.id, "one");
    rings.stop("one");
    assert.equal(rings.current?.id, "two");
    rings.stop("two");
    assert.equal(rings.current, null);
  });

  test("keep calls to someone in a call apart", () => {
    rings.add(ring("quiet", 30, true));
    assert.equal(rings.current, null);
    assert.deepEqual(rings.waiting.map(({ id }) => id), ["quiet"]);
  });

  test("are heard of twice and ring once", () => {
    rings.add(ring("one"));
    rings.add(ring("one"));
    assert.deepEqual([changes, rings.size], [1, 1]);
  });

  test("stop at their deadline", () => {
    rings.add(ring("one", 20));
    browser.wait(19_999);
    assert.equal(rings.size, 1);
    browser.wait(1);
    assert.equal(rings.size, 0);
  });

  test("ring for a while also where the computer's clock is wrong", () => {
    rings.add(ring("slow clock", -600));
    rings.add(ring("fast clock", 600));
    browser.wait(30_000);
    assert.equal(rings.size, 2);
    browser.wait(5_000);
    assert.equal(rings.size, 0);
  });

  test("do not begin again once they are answered here", () => {
    rings.add(ring("one"));
    rings.answer("one");
    rings.replace([ring("one")], rings.ask());
    assert.equal(rings.size, 0);
    rings.reopen("one");
    rings.replace([ring("one")], rings.ask());
    assert.equal(rings.size, 1);
  });

  test("begin again for an emergency that was declined here, when the server says so", () => {
    const alarm = { ...ring("alarm"), kind: "emergency" };
    rings.add(alarm);
    rings.answer("alarm");
    assert.equal(rings.size, 0);
    rings.add(alarm);
    assert.equal(rings.current?.id, "alarm");
  });

  test("are in the end what the server says", () => {
    rings.add(ring("one"));
    rings.replace([ring("two")], rings.ask());
    assert.equal(rings.current?.id, "two");
    rings.replace([], rings.ask());
    assert.equal(rings.size, 0);
  });

  test("go on when they began after the server made its list", () => {
    const heard = rings.ask();
    rings.add(ring("new"));
    rings.replace([], heard);
    assert.equal(rings.current?.id, "new");
    rings.replace([], rings.ask());
    assert.equal(rings.size, 0);
  });

  test("do not begin again when they ended after the server made its list", () => {
    rings.add(ring("old"));
    const heard = rings.ask();
    rings.stop("old");
    rings.stop("never heard of");
    rings.replace([ring("old"), ring("never heard of")], heard);
    assert.equal(rings.size, 0);
  });

  test("believe only the answer to the last question", () => {
    const before = rings.ask();
    rings.add(ring("new"));
    const now = rings.ask();
    rings.replace([], before);
    assert.equal(rings.current?.id, "new");
    rings.replace([ring("new")], now);
    rings.replace([], before);
    assert.equal(rings.current?.id, "new");
  });

  test("become loud when the other call is over, and never quiet", () => {
    rings.add(ring("one", 30, true));
    rings.add(ring("one"));
    assert.deepEqual([rings.current?.id, rings.waiting, changes], ["one", [], 2]);
    rings.add(ring("one", 30, true));
    rings.replace([ring("one", 30, true)], rings.ask());
    assert.deepEqual([rings.current?.id, rings.waiting, changes], ["one", [], 2]);
  });

  test("become loud by the server's list, too, and still stop at their deadline", () => {
    rings.add(ring("one", 20, true));
    rings.replace([ring("one", 20)], rings.ask());
    assert.equal(rings.current?.id, "one");
    browser.wait(20_000);
    assert.equal(rings.size, 0);
  });

  test("that become loud do not take the place of the one that is asked about", () => {
    rings.add(ring("quiet", 30, true));
    rings.add(ring("loud"));
    rings.add(ring("quiet"));
    assert.equal(rings.current?.id, "loud");
    rings.stop("loud");
    assert.equal(rings.current?.id, "quiet");
  });
});

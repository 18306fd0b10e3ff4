import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";

import { ServerClock } from "../../static/js/lib/timing.js";

const noon = Date.parse("2026-06-01T12:00:00Z");
const at = (/** @type {number} */ seconds) => new Date(noon + seconds * 1_000).toISOString();

describe("The server's time", () => {
  let since = 0;
  let clock = new ServerClock();
  mock.method(performance, "now", () => since * 1_000);
  beforeEach(() => {
    since = 0;
    clock = new ServerClock();
  });

  test("goes on from what the page was told", () => {
    clock.hear(at(0));
    since = 5;
    assert.equal(clock.now, noon + 5_000);
  });

  test("is put right by a later word, where the page came late", () => {
    clock.hear(at(0));
    since = 1;
    clock.hear(at(30));
    assert.equal(clock.now, noon + 30_000);
  });

  test("counts a word that came with the page from when it came", () => {
    since = 5;
    clock.hear(at(0), 1_000);
    assert.equal(clock.now, noon + 4_000);
  });

  test("is not put back by what was long ago, nor by what says nothing", () => {
    clock.hear(at(0));
    since = 5;
    for (const word of [at(-60), at(1), null, undefined, "soon"]) clock.hear(word);
    assert.equal(clock.now, noon + 5_000);
  });

  test("is the device's own while nothing was heard", () => {
    assert.ok(Math.abs(clock.now - Date.now()) < 1_000);
  });
});

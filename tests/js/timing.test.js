import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { dayOf, say } from "../../static/js/lib/clock.js";
import { backoff, debounce, duration } from "../../static/js/lib/timing.js";
import { installBrowser } from "./browser.js";

describe("Waiting", () => {
  let browser = installBrowser();
  beforeEach(() => {
    browser = installBrowser();
  });

  test("grows from one second to thirty, between half and all of it", () => {
    for (const [attempt, full] of [[0, 1_000], [3, 8_000], [5, 30_000], [500, 30_000]]) {
      for (let round = 0; round < 50; round++) {
        const wait = backoff(attempt);
        assert.ok(wait >= full / 2 && wait <= full, `${attempt}: ${wait}`);
      }
    }
  });

  test("runs once after the last of many calls", () => {
    let runs = 0;
    const save = debounce(() => (runs += 1), 1_000);
    for (let stroke = 0; stroke < 5; stroke++) {
      save();
      browser.wait(500);
    }
    assert.equal(runs, 0);
    browser.wait(500);
    assert.equal(runs, 1);
  });

  test("can be cut short, and has nothing to do when nothing waits", () => {
    let runs = 0;
    const save = debounce(() => (runs += 1), 1_000);
    save.flush();
    save();
    save.flush();
    browser.wait(2_000);
    assert.equal(runs, 1);
  });
});

describe("Times", () => {
  const viewer = { zone: "Asia/Kolkata", locale: "en-GB", today: "Today", yesterday: "Yesterday" };
  const now = new Date("2026-11-24T04:48:00Z");

  test("are told in the viewer's zone", () => {
    assert.equal(say(new Date("2026-11-24T04:46:00Z"), "time", viewer, now), "10:16");
    assert.match(say(new Date("2026-11-23T04:46:00Z"), "full", viewer, now), /23 November 2026.* 10:16 .*(IST|GMT\+5:30)/);
  });

  test("belong to the day it is where the viewer is", () => {
    const lateInUtc = new Date("2026-11-23T19:00:00Z");
    assert.equal(say(lateInUtc, "day", viewer, now), "Today");
    assert.equal(say(lateInUtc, "day", { ...viewer, zone: "UTC" }, now), "Yesterday");
    assert.notEqual(dayOf(lateInUtc, viewer), dayOf(lateInUtc, { ...viewer, zone: "UTC" }));
  });

  test("are short in a list: a time today, a weekday this week, else a date", () => {
    const words = ["2026-11-24T04:00:00Z", "2026-11-23T04:00:00Z", "2026-10-30T04:00:00Z"].map((at) => say(new Date(at), "short", viewer, now));
    assert.deepEqual(words, ["09:30", "Mon", "30 Oct"]);
  });

  test("of calls are minutes and seconds, and hours when there are any", () => {
    assert.deepEqual([21, 724, 3_753].map(duration), ["0:21", "12:04", "1:02:33"]);
  });

  test("says of an end its day too, unless that is today", () => {
    const words = ["2026-11-24T10:00:00Z", "2026-11-25T04:00:00Z", "2026-12-02T04:00:00Z"].map((at) => say(new Date(at), "until", viewer, now));
    assert.deepEqual(words, ["15:30", "Wed, 09:30", "2 Dec, 09:30"]);
  });
});

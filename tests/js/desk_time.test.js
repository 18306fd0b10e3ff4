import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { pressure, span } from "../../static/js/models/desk_time.js";

describe("Time at the desk", () => {
  test("is told in the largest two units that matter", () => {
    const words = { 0: "0 s", 42: "42 s", 60: "1 min", 3_599: "59 min", 3_900: "1 h 05", 183_600: "2 d 3 h" };
    for (const [seconds, said] of Object.entries(words)) assert.equal(span(Number(seconds) * 1_000), said);
    assert.equal(span(-1), "0 s");
  });

  test("presses from five minutes before it is late", () => {
    assert.deepEqual([600_000, 299_999, 0, -1].map(pressure), ["", "soon", "soon", "late"]);
  });
});

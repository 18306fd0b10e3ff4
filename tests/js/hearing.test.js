import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Hearing } from "../../static/js/models/hearing.js";

/** In Kolkata it is half past ten in the evening. */
const EVENING = new Date("2026-11-26T17:00:00Z");
const NOON = new Date("2026-11-26T06:30:00Z");
const NIGHT = { quiet_from: "22:00", quiet_to: "07:00", lets_urgent_through: true };

const hears = (/** @type {object} */ choice) => new Hearing(choice, "Asia/Kolkata");

describe("Hearing", () => {
  test("is a chime where nothing was chosen, what was chosen, or nothing", () => {
    assert.equal(hears({}).variant("message"), "chime");
    assert.equal(hears({ sounds: { message: "bell" } }).variant("message"), "bell");
    assert.equal(hears({ sounds: { message: "" } }).variant("message"), "");
  });

  test("is silent in quiet hours of the person's own zone, over midnight too", () => {
    assert.equal(hears(NIGHT).variant("message", EVENING), "");
    assert.equal(hears(NIGHT).variant("waiting", EVENING), "");
    assert.equal(hears(NIGHT).variant("message", NOON), "chime");
    const day = { quiet_from: "11:00", quiet_to: "13:00" };
    assert.equal(hears(day).variant("message", NOON), "");
    assert.equal(hears(day).variant("message", EVENING), "chime");
  });

  test("lets what is urgent through, unless the person does not want that either", () => {
    for (const sound of ["call", "emergency"]) {
      assert.equal(hears(NIGHT).variant(sound, EVENING), "chime");
      assert.equal(hears({ ...NIGHT, lets_urgent_through: false }).variant(sound, EVENING), "");
    }
  });

  test("is silent until the person may be disturbed again", () => {
    const undisturbed = hears({ undisturbed_until: "2026-11-26T17:00:01Z" });
    assert.equal(undisturbed.variant("message", EVENING), "");
    assert.equal(undisturbed.variant("message", new Date("2026-11-26T17:00:01Z")), "chime");
  });

  test("says whether all that is not urgent is silent now", () => {
    assert.deepEqual([EVENING, NOON].map((now) => hears(NIGHT).isSilent(now)), [true, false]);
    assert.equal(hears({ undisturbed_until: "2026-11-26T18:00:00Z" }).isSilent(EVENING), true);
    assert.equal(hears({ sounds: { message: "" } }).isSilent(EVENING), false);
  });

  test("says why nothing is heard", () => {
    const reason = (/** @type {object} */ choice, sound = "call") => hears(choice).reason(sound, EVENING);
    const undisturbed = { undisturbed_until: "2026-11-26T18:00:00Z" };
    assert.equal(reason({}), "");
    assert.equal(reason({ sounds: { call: "" } }), "chosen");
    assert.equal(reason(NIGHT), "");
    assert.equal(reason(NIGHT, "message"), "quiet");
    assert.equal(reason({ ...NIGHT, lets_urgent_through: false }), "quiet");
    assert.equal(reason({ ...NIGHT, ...undisturbed, lets_urgent_through: false }), "undisturbed");
    assert.equal(reason({ undisturbed_until: null, lets_urgent_through: false }), "");
  });

  test("follows what is chosen meanwhile", () => {
    const ear = hears({});
    ear.change({ sounds: { message: "soft" } });
    assert.equal(ear.variant("message"), "soft");
  });
});

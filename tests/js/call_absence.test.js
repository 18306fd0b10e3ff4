/** Whose trouble a lost path is. */
import "./globals.js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CallAbsence } from "../../static/js/models/call_absence.js";
import { FakeTime } from "./fake_time.js";

let now = 0;
let absent = 0;
/** @type {CallAbsence} */ let absence;
/** @type {FakeTime} */ let time;

beforeEach(() => {
  now = absent = 0;
  time = new FakeTime();
  mock.method(performance, "now", () => now);
});
afterEach(() => {
  absence.end();
  time.restore();
  mock.restoreAll();
});

async function wait(seconds) {
  for (let second = 0; second < seconds; second++) {
    now += 1000;
    time.tick(1000);
    for (let turn = 0; turn < 10; turn++) await null;
  }
}

function begin(reach) {
  absence = new CallAbsence(reach, () => (absent += 1));
  absence.begin();
}

test("the other side is gone when it is silent while the server answers", async () => {
  begin(async () => true);
  await wait(14);
  assert.equal(absent, 0);
  await wait(8);
  assert.ok(absent > 0);
});

test("who cannot reach the server claims nothing about the other", async () => {
  begin(async () => false);
  await wait(60);
  absence.end();
  begin(() => new Promise(() => {}));
  await wait(60);
  assert.equal(absent, 0);
});

test("whoever still looks for a path is there", async () => {
  begin(async () => true);
  for (let round = 0; round < 6; round++) {
    await wait(8);
    absence.hear();
  }
  assert.equal(absent, 0);
});

test("once the path is found nothing more is asked", async () => {
  begin(async () => true);
  absence.end();
  await wait(60);
  assert.equal(absent, 0);
});

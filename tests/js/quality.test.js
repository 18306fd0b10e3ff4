/** The three words for a connection, and how slowly they change. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Quality, QualityWatch, judge, read } from "../../static/js/rtc/stats.js";
import { settle } from "./fake_rtc.js";
import { FakeTime } from "./fake_time.js";

const sample = (changes = {}) => ({ received: 0, lost: 0, roundTrip: 0.05, outgoingLoss: 0, ...changes });

test("loss and delay have their words", () => {
  assert.equal(judge(sample({ received: 100 }), sample()), "good");
  assert.equal(judge(sample({ received: 94, lost: 6 }), sample()), "weak");
  assert.equal(judge(sample({ received: 80, lost: 20 }), sample()), "poor");
  assert.equal(judge(sample({ received: 100, roundTrip: 0.6 }), sample()), "weak");
  assert.equal(judge(sample({ received: 100, outgoingLoss: 0.2 }), sample()), "poor");
});

test("counters that begin again, after a new session, are not loss", () => {
  assert.equal(judge(sample({ received: 5, lost: 0 }), sample({ received: 900, lost: 50 })), "good");
});

test("one bad window is no word; three are, and it takes three to be good again", () => {
  const quality = new Quality();
  const after = (...windows) => windows.map((window) => quality.push(window)).at(-1) && quality.level;
  assert.equal(after("poor", "good"), false);
  assert.equal(after("weak", "weak", "weak"), "weak");
  assert.equal(after("good", "good"), false);
  assert.equal(after("good"), "good");
});

test("a report is read for what comes in, what gets lost on the way out, and the way there and back", () => {
  const report = new Map([
    ["1", { type: "inbound-rtp", packetsReceived: 10, packetsLost: 1 }],
    ["2", { type: "inbound-rtp", packetsReceived: 20, packetsLost: 0 }],
    ["3", { type: "remote-inbound-rtp", fractionLost: 0.1, roundTripTime: 0.2 }],
    ["4", { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.3, bytesReceived: 900 }],
  ]);
  assert.deepEqual(read(report), { received: 30, lost: 1, roundTrip: 0.3, outgoingLoss: 0.1, arrived: 900 });
});

test("a connection that falls silent before the second look at it has fallen silent", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const told = [];
  const report = async () => new Map([["1", { type: "candidate-pair", bytesReceived: 500 }]]);
  const watch = new QualityWatch(report, { level: () => {}, silence: (silent) => told.push(silent) });
  watch.start();
  for (let window = 0; window < 4; window += 1) {
    time.tick(2000);
    await settle();
  }
  assert.deepEqual(told, [false, true]);
  watch.stop();
});

test("a connection that was lost is back when something comes, and not before", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  let bytesReceived = 500;
  const told = [];
  const report = async () => new Map([["1", { type: "candidate-pair", bytesReceived }]]);
  const watch = new QualityWatch(report, { level: () => {}, silence: (silent) => told.push(silent) });
  const look = async () => (time.tick(2000), settle());
  watch.start();
  await look();
  watch.stop();
  watch.start();
  bytesReceived = 0;
  for (let window = 0; window < 5; window += 1) await look();
  assert.deepEqual(told, [false]);
  bytesReceived = 40;
  await look();
  assert.deepEqual(told, [false, false]);
  watch.stop();
});

test("six seconds without a byte are silence, until one comes; where none ever came they are nothing", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  let bytesReceived = 0;
  const told = [];
  const report = async () => new Map([["1", { type: "candidate-pair", bytesReceived }]]);
  const watch = new QualityWatch(report, { level: () => {}, silence: (silent) => told.push(silent) });
  watch.start();
  const windows = async (count, bytes) => {
    for (let window = 0; window < count; window += 1) {
      bytesReceived += bytes;
      time.tick(2000);
      await settle();
    }
  };
  await windows(10, 0);
  assert.deepEqual(told, []);
  await windows(5, 100);
  await windows(2, 0);
  await windows(1, 100);
  await windows(2, 0);
  assert.deepEqual(told, [false]);
  await windows(1, 0);
  assert.deepEqual(told, [false, true]);
  await windows(5, 0);
  await windows(3, 100);
  assert.deepEqual(told, [false, true, false]);
  bytesReceived = 0;
  await windows(2, 0);
  assert.deepEqual(told, [false, true, false]);
  await windows(1, 0);
  assert.deepEqual(told, [false, true, false, true]);
  watch.stop();
});

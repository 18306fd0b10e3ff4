/** What a person in need tells is sent until the server has it. */
import "./globals.js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Keeping } from "../../static/js/models/keeping.js";
import { FakeTime } from "./fake_time.js";

/** @type {string[]} */ let said;
/** @type {((status: number) => void)[]} */ let sent;
/** @type {Keeping} */ let keeping;
/** @type {FakeTime} */ let time;

beforeEach(() => {
  [said, sent] = [[], []];
  time = new FakeTime();
  keeping = new Keeping(() => new Promise((done) => sent.push(done)), (word) => said.push(word));
});
afterEach(() => {
  keeping.stop();
  time.restore();
});

/** @param {number} status */
async function answer(status) {
  sent.at(-1)?.(status);
  for (let turn = 0; turn < 5; turn++) await null;
}

test("what is saved is said to be saved", async () => {
  keeping.keep();
  await answer(200);
  assert.deepEqual(said, ["saving", "saved"]);
});

test("without a network it is tried again by itself until it is saved", async () => {
  keeping.keep();
  await answer(0);
  assert.equal(said.at(-1), "waiting");
  time.tick(10_000);
  assert.equal(sent.length, 2);
  await answer(503);
  time.tick(10_000);
  await answer(200);
  assert.equal(said.at(-1), "saved");
  time.tick(60_000);
  assert.equal(sent.length, 3);
});

test("a network that is back is used at once", async () => {
  keeping.keep();
  await answer(0);
  void keeping.again();
  assert.equal(sent.length, 2);
  await answer(200);
  assert.equal(said.at(-1), "saved");
});

test("what is new while one is sent goes after it", async () => {
  keeping.keep();
  keeping.keep();
  assert.equal(sent.length, 1);
  await answer(200);
  assert.equal(sent.length, 2);
  assert.ok(!said.includes("saved"));
  await answer(200);
  assert.equal(said.at(-1), "saved");
});

test("what the server refuses is not sent again", async () => {
  keeping.keep();
  await answer(404);
  assert.equal(said.at(-1), "failed");
  time.tick(60_000);
  void keeping.again();
  assert.equal(sent.length, 1);
});

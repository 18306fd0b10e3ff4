import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Thread } from "../../static/js/models/thread.js";
import { installBrowser, settled } from "./browser.js";

describe("A thread", () => {
  let browser = installBrowser();
  /** @type {number[]} */
  let seen = [];
  /** @type {number[]} */
  let asked = [];
  let head = 0;
  let epoch = "first";
  let isDown = false;
  let limit = 100;
  /** @type {Thread} */
  let thread;

  const message = (/** @type {number} */ seq) => /** @type {any} */ ({ id: `m${seq}`, seq, changed_seq: seq });

  /** @param {number} since */
  async function fetch(since) {
    asked.push(since);
    if (isDown) throw new Error("down");
    const missed = [];
    for (let seq = since + 1; seq <= head; seq++) missed.push(message(seq));
    return { results: missed.slice(0, limit), head, epoch, has_more: missed.length > limit };
  }

  beforeEach(() => {
    browser = installBrowser();
    [seen, asked, head, epoch, isDown, limit] = [[], [], 10, "first", false, 100];
    thread = new Thread({ last: 10, epoch, fetch });
    thread.addEventListener("message", (event) => seen.push(/** @type {CustomEvent} */ (event).detail.seq));
  });

  test("applies what comes next without asking", () => {
    thread.receive(message(11));
    thread.receive(message(12));
    assert.deepEqual([seen, asked, thread.last], [[11, 12], [], 12]);
  });

  test("ignores what it has", () => {
    thread.receive(message(11));
    thread.receive(message(11));
    thread.receive(message(9));
    assert.deepEqual([seen, asked], [[11], []]);
  });

  test("fetches what lies in a gap and shows it in order, once", async () => {
    head = 13;
    thread.receive(message(13));
    await settled();
    thread.receive(message(12));
    assert.deepEqual([seen, asked], [[11, 12, 13], [10]]);
  });

  test("asks once when several arrive out of order", async () => {
    head = 13;
    for (const seq of [13, 12, 11]) thread.receive(message(seq));
    await settled();
    assert.deepEqual([seen.sort(), asked], [[11, 12, 13], [10]]);
    assert.equal(thread.last, 13);
  });

  test("asks again for what was announced while it was asking", async () => {
    head = 12;
    const first = thread.catchUp();
    thread.receive(message(15));
    await first;
    assert.deepEqual(seen, [11, 12]);
    head = 15;
    browser.wait(0);
    await settled();
    assert.deepEqual([seen, asked], [[11, 12, 13, 14, 15], [10, 12]]);
  });

  test("takes what comes next also while it is asking, and shows it once", async () => {
    head = 12;
    const first = thread.catchUp();
    thread.receive(message(11));
    await first;
    assert.deepEqual(seen, [11, 12]);
  });

  test("does not spin when an announced head never comes", async () => {
    thread.noteHead(99);
    for (let second = 0; second < 60; second++) {
      await settled();
      browser.wait(1_000);
    }
    assert.ok(asked.length < 15, String(asked.length));
  });

  test("fetches when a beat says that the head is ahead, and not otherwise", async () => {
    thread.noteHead(10);
    assert.deepEqual(asked, []);
    head = 11;
    thread.noteHead(11);
    await settled();
    assert.deepEqual(seen, [11]);
  });

  test("takes the head as its last, for change numbers may have been overtaken", async () => {
    const page = { results: [message(12)], head: 20, epoch, has_more: false };
    thread = new Thread({ last: 10, epoch, fetch: async () => page });
    await thread.catchUp();
    assert.equal(thread.last, 20);
  });

  test("goes through every page of a long absence", async () => {
    [head, limit] = [35, 10];
    await thread.catchUp();
    assert.deepEqual(asked, [10, 20, 30]);
    assert.equal(seen.length, 25);
  });

  test("tries again by itself when the fetch fails", async () => {
    [head, isDown] = [12, true];
    thread.receive(message(12));
    await settled();
    isDown = false;
    browser.wait(1_000);
    await settled();
    assert.deepEqual(seen, [11, 12]);
  });

  test("says so when the history is another one than the page was made from", async () => {
    let restored = 0;
    thread.addEventListener("restored", () => (restored += 1));
    [head, epoch] = [12, "second"];
    await thread.catchUp();
    assert.deepEqual([restored, seen], [1, []]);
  });
});

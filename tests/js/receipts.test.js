import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Receipts } from "../../static/js/models/receipts.js";

describe("Receipts", () => {
  /** @type {[string, number][]} */
  let reported = [];
  /** @type {Receipts} */
  let receipts;

  beforeEach(() => {
    reported = [];
    const members = [
      { id: "asha", delivered_seq: 5, read_seq: 4 },
      { id: "rao", delivered_seq: 3, read_seq: 2 },
    ];
    receipts = new Receipts({ me: "asha", members, report: (what, seq) => reported.push([what, seq]) });
  });

  test("say sent, then delivered, then read", () => {
    assert.deepEqual([2, 3, 4].map((seq) => receipts.of(seq)), ["read", "delivered", "sent"]);
    receipts.move("delivered", "rao", 4);
    assert.equal(receipts.of(4), "delivered");
    receipts.move("read", "rao", 4);
    assert.equal(receipts.of(4), "read");
  });

  test("only move forward, and tell whether there is news", () => {
    assert.equal(receipts.move("read", "rao", 3), true);
    assert.equal(receipts.move("read", "rao", 3), false);
    assert.equal(receipts.move("read", "rao", 1), false);
    assert.equal(receipts.move("read", "stranger", 9), false);
    assert.equal(receipts.of(3), "read");
  });

  test("take what is read as delivered", () => {
    receipts.move("read", "rao", 7);
    assert.equal(receipts.of(7), "read");
    receipts.reach("read", 9);
    receipts.reach("delivered", 8);
    assert.deepEqual(reported, [["read", 9]]);
  });

  test("report how far I have got, once", () => {
    receipts.reach("delivered", 5);
    receipts.reach("delivered", 6);
    receipts.reach("delivered", 6);
    assert.deepEqual(reported, [["delivered", 6]]);
  });

  test("repeat after a reconnect what may not have been heard", () => {
    receipts.reach("read", 6);
    receipts.repeat();
    assert.deepEqual(reported, [["read", 6], ["delivered", 6], ["read", 6]]);
  });

  test("count on whoever comes later, and no longer on whoever has left", () => {
    receipts.move("read", "rao", 5);
    receipts.admit({ id: "ravi", delivered_seq: 0, read_seq: 0 });
    assert.equal(receipts.of(5), "sent");
    receipts.move("read", "ravi", 5);
    assert.equal(receipts.of(5), "read");
    receipts.admit({ id: "devika", delivered_seq: 5, read_seq: 0 });
    assert.equal(receipts.of(5), "delivered");
    receipts.dismiss("devika");
    assert.equal(receipts.of(5), "read");
  });

  test("are not about oneself, and a member is not counted twice", () => {
    receipts.dismiss("rao");
    assert.equal(receipts.of(1), "sent");
    receipts.admit({ id: "asha", delivered_seq: 9, read_seq: 9 });
    assert.equal(receipts.of(1), "sent");
    for (const seq of [5, 0]) receipts.admit({ id: "ravi", delivered_seq: seq, read_seq: seq });
    assert.equal(receipts.of(5), "read");
  });

  test("learn from the server who has come and gone while nobody listened", () => {
    receipts.know([
      { id: "asha", delivered_seq: 5, read_seq: 5 },
      { id: "ravi", delivered_seq: 5, read_seq: 3 },
    ]);
    assert.deepEqual([3, 5].map((seq) => receipts.of(seq)), ["read", "delivered"]);
  });
});

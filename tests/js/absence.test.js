import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Absence } from "../../static/js/models/absence.js";

/** A notification that came so many seconds after the page was written. */
const told = (id, second) => ({ id, updated_at: new Date(second * 1_000).toISOString() });
const ids = (missed) => missed.map(({ id }) => id);

describe("What came during a gap", () => {
  let marks = new Map();
  const page = (since = 0) =>
    new Absence(since * 1_000, { getItem: (key) => marks.get(key) ?? null, setItem: (key, value) => marks.set(key, value) });

  beforeEach(() => {
    marks = new Map();
  });

  test("is announced, and what the page was written with is not", () => {
    const one = page(10);
    one.begin();
    assert.deepEqual(ids(one.end([told("new", 20), told("old", 9)])), ["new"]);
  });

  test("is announced once", () => {
    const one = page();
    one.begin();
    one.end([told("a", 20)]);
    one.begin();
    assert.deepEqual(ids(one.end([told("b", 30), told("a", 20)])), ["b"]);
  });

  test("is announced by one of several tabs", () => {
    const [one, other] = [page(), page()];
    one.begin();
    other.begin();
    assert.deepEqual(ids(one.end([told("a", 20)])), ["a"]);
    assert.deepEqual(ids(other.end([told("a", 20)])), []);
  });

  test("is not announced where another tab was there to tell it", () => {
    const [one, other] = [page(), page()];
    other.begin();
    one.hear(told("a", 20));
    assert.deepEqual(ids(other.end([told("a", 20)])), []);
  });

  test("is not forgotten because something newer comes before it is known", () => {
    const [one, other] = [page(), page()];
    one.begin();
    other.begin();
    one.hear(told("c", 30));
    other.hear(told("c", 30));
    assert.deepEqual(ids(one.end([told("c", 30), told("a", 20)])), ["a"]);
    assert.deepEqual(ids(other.end([told("c", 30), told("a", 20)])), []);
  });

  test("is announced again when it is renewed in the next gap", () => {
    const one = page();
    one.hear(told("a", 10));
    one.begin();
    assert.deepEqual(ids(one.end([told("a", 20)])), ["a"]);
  });

  test("waits for the next try when nobody could be asked", () => {
    const one = page();
    one.begin();
    one.hear(told("b", 30));
    one.begin();
    assert.deepEqual(ids(one.end([told("b", 30), told("a", 20)])), ["a"]);
  });

  test("is not announced after a reload", () => {
    const before = page();
    before.begin();
    before.end([told("a", 20)]);
    const after = page(21);
    after.begin();
    assert.deepEqual(after.end([told("a", 20)]), []);
  });
});

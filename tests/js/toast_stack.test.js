import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { ToastStack } from "../../static/js/models/toast_stack.js";
import { installBrowser } from "./browser.js";

describe("Toasts", () => {
  let browser = installBrowser();
  let stack = new ToastStack();
  /** @type {string[]} */
  let left = [];

  beforeEach(() => {
    browser = installBrowser();
    stack = new ToastStack();
    left = [];
    stack.addEventListener("leave", (event) => left.push(/** @type {CustomEvent} */ (event).detail));
  });

  test("that pass leave after eight seconds, each by itself", () => {
    stack.add("one", true);
    browser.wait(3_000);
    stack.add("two", true);
    browser.wait(4_999);
    assert.deepEqual(left, []);
    browser.wait(1);
    assert.deepEqual(left, ["one"]);
    browser.wait(3_000);
    assert.deepEqual(left, ["one", "two"]);
  });

  test("that warn stay", () => {
    stack.add("refused", false);
    browser.wait(600_000);
    assert.deepEqual(stack.ids, ["refused"]);
  });

  test("wait while someone reads, and then as long as ever", () => {
    stack.add("one", true);
    browser.wait(7_000);
    stack.hold();
    stack.add("two", true);
    browser.wait(60_000);
    stack.release();
    browser.wait(7_999);
    assert.deepEqual(left, []);
    browser.wait(1);
    assert.deepEqual(left, ["one", "two"]);
  });

  test("are three at most; what passes makes room for what warns", () => {
    stack.add("refused", false);
    stack.add("one", true);
    stack.add("two", true);
    stack.add("three", true);
    assert.deepEqual([stack.ids, left], [["refused", "two", "three"], ["one"]]);
    for (const id of ["a", "b", "c"]) stack.add(id, false);
    assert.deepEqual(stack.ids, ["a", "b", "c"]);
  });

  test("that are renewed begin anew and stand last", () => {
    stack.add("one", true);
    stack.add("two", true);
    browser.wait(7_000);
    stack.add("one", true);
    assert.deepEqual(stack.ids, ["two", "one"]);
    browser.wait(1_000);
    assert.deepEqual(left, ["two"]);
    browser.wait(7_000);
    assert.deepEqual(left, ["two", "one"]);
  });

  test("that are taken away are not taken away again", () => {
    stack.add("one", true);
    stack.remove("one");
    stack.remove("one");
    browser.wait(8_000);
    assert.deepEqual(left, ["one"]);
  });
});

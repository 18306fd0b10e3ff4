import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { asking as begin } from "../../static/js/elements/renewal.js";
import { installBrowser } from "./browser.js";

describe("Asking anew", () => {
  /** A question that is answered when the test says so. */
  function question(may = () => true) {
    const asked = { times: 0, answer: () => {} };
    const ask = () => new Promise((done) => {
      asked.times += 1;
      asked.answer = done;
    });
    return { asked, asking: begin(ask, 300, may) };
  }
  const settled = () => new Promise((done) => setImmediate(done));
  let browser = installBrowser();
  beforeEach(() => {
    browser = installBrowser();
  });

  test("once for what comes in a moment, and again for what came meanwhile", async () => {
    const { asked, asking } = question();
    asking.age();
    asking.age();
    browser.wait(300);
    assert.equal(asked.times, 1);
    asking.age();
    browser.wait(300);
    assert.equal(asked.times, 1, "one question at a time");
    asked.answer();
    await settled();
    browser.wait(300);
    assert.equal(asked.times, 2);
    asked.answer();
    await settled();
    browser.wait(1_000);
    assert.equal(asked.times, 2);
  });

  test("not while one may not, but then", () => {
    let isSeen = false;
    const { asked, asking } = question(() => isSeen);
    asking.age();
    browser.wait(1_000);
    assert.equal(asked.times, 0);
    isSeen = true;
    asking.resume();
    browser.wait(300);
    assert.equal(asked.times, 1);
  });

  test("not when one may no more after a moment, but later", () => {
    let isSeen = true;
    const { asked, asking } = question(() => isSeen);
    asking.age();
    isSeen = false;
    browser.wait(300);
    assert.equal(asked.times, 0);
    isSeen = true;
    asking.resume();
    browser.wait(300);
    assert.equal(asked.times, 1);
  });

  test("no more once it was stopped", () => {
    const { asked, asking } = question();
    asking.age();
    asking.stop();
    browser.wait(1_000);
    assert.equal(asked.times, 0);
  });
});

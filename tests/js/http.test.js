import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { pageNow, post, Problem } from "../../static/js/lib/http.js";

/** As much of an element as carries a token. */
class Carrier {
  /** @param {string} value */
  constructor(value) {
    this.value = value;
  }

  getAttribute() {
    return this.value;
  }

  /**
   * @param {string} _
   * @param {string} value
   */
  setAttribute(_, value) {
    this.value = value;
  }
}

describe("A post", () => {
  /** The token that the server takes, and whose session it is. */
  let valid = "old";
  let person = "asha";
  /** @type {string[]} */
  let asked = [];
  let meta = new Carrier("old");
  let field = new Carrier("old");
  let inTemplate = new Carrier("old");
  /** @type {() => Response} */
  let accept;

  const page = (/** @type {Carrier} */ token, /** @type {string} */ whose) => ({
    querySelector: (/** @type {string} */ what) => (what.includes("viewer") ? { dataset: { person: whose } } : token),
    querySelectorAll: (/** @type {string} */ what) =>
      what === "template" ? [{ content: { querySelectorAll: () => [inTemplate] } }] : [field],
  });

  beforeEach(() => {
    [valid, person, asked] = ["old", "asha", []];
    [meta, field, inTemplate] = [new Carrier("old"), new Carrier("old"), new Carrier("old")];
    accept = () => Response.json({ done: true });
    Object.assign(globalThis, {
      location: { href: "https://telemed.test/messages/" },
      document: page(meta, "asha"),
      DOMParser: class {
        parseFromString = () => page(new Carrier(valid), person);
      },
      fetch: async (/** @type {string} */ url, /** @type {any} */ { method = "GET", headers }) => {
        asked.push(`${method} ${url}`);
        if (method === "GET") return new Response("<html>");
        return headers["X-CSRFToken"] === valid ? accept() : Response.json({ errors: [] }, { status: 403 });
      },
    });
  });

  test("carries the token of the page", async () => {
    assert.deepEqual(await post("/api/", {}), { done: true });
    assert.deepEqual(asked, ["POST /api/"]);
  });

  test("takes a new token, for itself and for every form, when the old one is void", async () => {
    valid = "new";
    assert.deepEqual(await post("/api/", {}), { done: true });
    assert.deepEqual(asked, ["POST /api/", "GET https://telemed.test/messages/", "POST /api/"]);
    assert.deepEqual([meta.value, field.value, inTemplate.value], ["new", "new", "new"]);
  });

  test("never goes in the name of somebody who has signed in meanwhile", async () => {
    [valid, person] = ["new", "dr_rao"];
    await assert.rejects(post("/api/", {}), { status: 403 });
    assert.deepEqual([asked.length, meta.value], [2, "old"]);
  });

  test("is tried once more and not again when it is forbidden all the same", async () => {
    accept = () => Response.json({ errors: [{ code: "forbidden", detail: "No." }] }, { status: 403 });
    await assert.rejects(post("/api/", {}), { status: 403, code: "forbidden" });
    assert.equal(asked.length, 3);
  });

  test("is not repeated for any other refusal", async () => {
    accept = () => Response.json({ errors: [] }, { status: 409 });
    await assert.rejects(post("/api/", {}), (problem) => problem instanceof Problem && problem.status === 409);
    assert.equal(asked.length, 1);
  });
});

describe("A page as it is now", () => {
  /** @type {string[]} */
  let asked = [];
  beforeEach(() => {
    asked = [];
    Object.assign(globalThis, {
      location: { href: "https://telemed.test/" },
      DOMParser: class {
        parseFromString = (/** @type {string} */ text) => ({ text });
      },
      fetch: async (/** @type {string} */ url) => {
        asked.push(url);
        return new Response(`page ${asked.length}`);
      },
    });
  });

  test("is asked for once by all who want it at one moment, and each has a copy", async () => {
    const pages = await Promise.all([pageNow(), pageNow(), pageNow()]);
    assert.equal(asked.length, 1);
    assert.deepEqual(pages, Array(3).fill({ text: "page 1" }));
    assert.notEqual(pages[0], pages[1]);
  });

  test("is asked for anew by who comes when the question is out", async () => {
    const first = pageNow();
    while (!asked.length) await new Promise((done) => setTimeout(done, 5));
    assert.deepEqual(await Promise.all([first, pageNow()]), [{ text: "page 1" }, { text: "page 2" }]);
  });

  test("that is gone is said to be so to everyone who wanted to know", async () => {
    globalThis.fetch = async () => new Response("", { status: 404 });
    let told = 0;
    const pages = await Promise.all([pageNow(() => (told += 1)), pageNow(() => (told += 1))]);
    assert.deepEqual([pages, told], [[null, null], 2]);
  });
});

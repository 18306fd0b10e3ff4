import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Dropped, Refused } from "../../static/js/lib/socket.js";
import { Outbox } from "../../static/js/models/outbox.js";
import { installBrowser, settled } from "./browser.js";

/** A line whose answers the test gives. */
class Line extends EventTarget {
  state = "open";
  reconnected = 0;
  /** @type {{client_id: string, resolve: (message: any) => void, reject: (error: Error) => void}[]} */
  asked = [];

  /**
   * @param {string} type
   * @param {any} data
   */
  send(type, { client_id }) {
    return new Promise((resolve, reject) => this.asked.push({ client_id, resolve, reject }));
  }

  reconnect() {
    this.reconnected += 1;
  }

  drop() {
    this.state = "waiting";
    for (const { reject } of this.asked) reject(new Dropped());
  }

  open() {
    this.state = "open";
    this.dispatchEvent(new Event("open"));
  }
}

describe("An outbox", () => {
  let browser = installBrowser();
  let line = new Line();
  /** @type {any[]} */
  let posted = [];
  /** @type {any[]} */
  let sent = [];
  /** @type {any[]} */
  let changes = [];
  /** @type {(letter: any) => Promise<any>} */
  let answer;
  /** @type {Outbox} */
  let outbox;

  beforeEach(() => {
    browser = installBrowser();
    line = new Line();
    [posted, sent, changes] = [[], [], []];
    answer = async (letter) => letter;
    let ids = 0;
    const post = (/** @type {any} */ letter) => {
      posted.push(letter.client_id);
      return answer(letter);
    };
    outbox = new Outbox({ line, command: "chat.post_message", post, newId: () => `id${++ids}` });
    outbox.addEventListener("sent", (event) => sent.push(/** @type {CustomEvent} */ (event).detail.client_id));
    outbox.addEventListener("change", (event) => changes.push(/** @type {CustomEvent} */ (event).detail.state));
  });

  const acknowledge = async () => {
    const { client_id, resolve } = /** @type {Line["asked"][0]} */ (line.asked.at(-1));
    resolve({ client_id });
    await settled();
  };

  test("is empty once everything is acknowledged", async () => {
    outbox.add("Hello");
    await settled();
    assert.ok(!outbox.isEmpty);
    await acknowledge();
    assert.deepEqual([sent, posted, outbox.isEmpty], [["id1"], [], true]);
  });

  test("sends in order, the next one after the answer to the one before", async () => {
    outbox.add("One");
    outbox.add("Two");
    await settled();
    assert.equal(line.asked.length, 1);
    await acknowledge();
    await acknowledge();
    assert.deepEqual(sent, ["id1", "id2"]);
  });

  test("sends again after a reconnect, with the same id", async () => {
    outbox.add("One");
    await settled();
    line.drop();
    await settled();
    line.open();
    await settled();
    assert.deepEqual(line.asked.map(({ client_id }) => client_id), ["id1", "id1"]);
    await acknowledge();
    assert.deepEqual([sent, posted], [["id1"], []]);
  });

  test("goes by HTTP when the socket does not open in time", async () => {
    line.state = "waiting";
    outbox.add("One");
    await settled();
    browser.wait(5_000);
    await settled();
    assert.deepEqual(posted, []);
    browser.wait(1_000);
    await settled();
    assert.deepEqual([posted, sent, outbox.isEmpty], [["id1"], ["id1"], true]);
  });

  test("goes by HTTP when an open socket does not answer, and gives that socket up", async () => {
    outbox.add("One");
    await settled();
    browser.wait(6_000);
    await settled();
    assert.deepEqual([posted, sent, line.reconnected], [["id1"], ["id1"], 1]);
  });

  test("never gives up while there is no network, and stays in order", async () => {
    line.state = "waiting";
    answer = async () => {
      throw Object.assign(new Error(), { status: 0 });
    };
    outbox.add("One");
    outbox.add("Two");
    for (let minute = 0; minute < 30; minute++) {
      await settled();
      browser.wait(10_000);
    }
    assert.ok(!outbox.isEmpty);
    assert.ok(posted.length > 3 && posted.every((id) => id === "id1"));
    line.open();
    answer = async (letter) => letter;
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      browser.wait(31_000);
      await settled();
      if (line.asked.length) await acknowledge();
    }
    assert.deepEqual(sent, ["id1", "id2"]);
  });

  test("waits and tries again when told that it was too fast", async () => {
    outbox.add("One");
    await settled();
    line.asked[0].reject(new Refused({ code: "too_fast", detail: "Slowly." }));
    await settled();
    browser.wait(1_000);
    await settled();
    await acknowledge();
    assert.deepEqual([sent, changes], [["id1"], ["pending"]]);
  });

  test("waits also when HTTP says so, as often as it takes, and nothing overtakes", async () => {
    line.state = "waiting";
    answer = async () => {
      throw Object.assign(new Error(), { status: 429, code: "too_fast" });
    };
    outbox.add("One");
    outbox.add("Two");
    for (let minute = 0; minute < 6; minute++) {
      await settled();
      browser.wait(10_000);
    }
    assert.ok(posted.length > 1 && posted.every((id) => id === "id1"));
    answer = async (letter) => letter;
    for (let minute = 0; minute < 12; minute++) {
      await settled();
      browser.wait(10_000);
    }
    await settled();
    assert.deepEqual([sent, changes, outbox.isEmpty], [["id1", "id2"], ["pending", "pending"], true]);
  });

  test("marks what is refused as failed, goes on with the next, and sends it when asked to", async () => {
    outbox.add("One");
    outbox.add("Two");
    await settled();
    line.asked[0].reject(new Refused({ code: "not_a_member", detail: "You have left." }));
    await settled();
    await acknowledge();
    assert.deepEqual([sent, changes, outbox.isEmpty], [["id2"], ["pending", "pending", "failed"], false]);
    outbox.retry("id1");
    await settled();
    await acknowledge();
    assert.deepEqual([sent, outbox.isEmpty], [["id2", "id1"], true]);
  });

  test("lets go of a refused one when it is thrown away, and of nothing else", async () => {
    outbox.add("One");
    await settled();
    outbox.discard("id1");
    assert.ok(!outbox.isEmpty);
    line.asked[0].reject(new Refused({ code: "no", detail: "No." }));
    await settled();
    outbox.discard("id1");
    assert.ok(outbox.isEmpty);
  });

  test("does not send again what has been seen among the messages", async () => {
    outbox.add("One");
    await settled();
    line.drop();
    outbox.settle("id1");
    line.open();
    await settled();
    browser.wait(60_000);
    await settled();
    assert.deepEqual([line.asked.length, posted], [1, []]);
  });
});

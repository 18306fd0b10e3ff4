import "./globals.js";
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Dropped, Refused, Socket } from "../../static/js/lib/socket.js";
import { WIRE } from "../../static/js/wire.js";
import { FakeWebSocket, installBrowser } from "./browser.js";

describe("A socket", () => {
  let browser = installBrowser();
  let socket = new Socket("/ws/me/");
  /** @type {string[]} */
  let told = [];

  beforeEach(() => {
    browser = installBrowser();
    socket = new Socket("/ws/me/");
    told = [];
    for (const name of ["open", "reopen", "drop", "gone"]) socket.addEventListener(name, () => told.push(name));
  });

  const connect = () => {
    socket.open();
    FakeWebSocket.latest.accept();
  };

  test("connects to its path by the page's own scheme", () => {
    socket.open();
    assert.equal(String(FakeWebSocket.latest.url), "wss://telemed.test/ws/me/");
    assert.equal(socket.state, "connecting");
    FakeWebSocket.latest.accept();
    assert.equal(socket.state, "open");
  });

  test("resolves a command with the result of its own acknowledgement", async () => {
    connect();
    const [first, second] = [socket.send("a.b"), socket.send("a.c", { x: 1 })];
    const [one, two] = FakeWebSocket.latest.sent;
    assert.deepEqual(two, { type: "a.c", data: { x: 1 }, ref: two.ref });
    FakeWebSocket.latest.say({ type: WIRE.ACK, data: { result: "two" }, ref: two.ref });
    FakeWebSocket.latest.say({ type: WIRE.ACK, data: { result: "one" }, ref: one.ref });
    assert.deepEqual(await Promise.all([first, second]), ["one", "two"]);
  });

  test("rejects a refused command with the server's code and words", async () => {
    connect();
    const sent = socket.send("a.b");
    const { ref } = FakeWebSocket.latest.sent[0];
    FakeWebSocket.latest.say({ type: WIRE.REFUSED, data: { code: "call_over", detail: "It is over." }, ref });
    await assert.rejects(sent, (error) => error instanceof Refused && error.code === "call_over");
  });

  test("rejects what was asked when it drops, and at once while it is not open", async () => {
    connect();
    const sent = socket.send("a.b");
    FakeWebSocket.latest.fail(1006);
    await assert.rejects(sent, Dropped);
    await assert.rejects(socket.send("a.b"), Dropped);
  });

  for (const code of [1001, 1005, 1006, 1011, 1012, 4012, 4013, 4029]) {
    test(`comes back by itself after ${code}`, () => {
      connect();
      FakeWebSocket.latest.fail(code);
      assert.equal(socket.state, "waiting");
      browser.wait(1_000);
      FakeWebSocket.latest.accept();
      assert.deepEqual(told, ["open", "drop", "open", "reopen"]);
    });
  }

  for (const code of [4001, 4003, 4004, 4008, 4009]) {
    test(`does not come back after ${code}`, () => {
      connect();
      FakeWebSocket.latest.fail(code);
      browser.wait(120_000);
      assert.equal(FakeWebSocket.all.length, 1);
      assert.deepEqual(told, ["open", "drop", "gone"]);
      assert.equal(socket.state, "closed");
    });
  }

  test("goes on trying for ever, at most thirty seconds apart", () => {
    socket.open();
    for (let attempt = 0; attempt < 40; attempt++) {
      FakeWebSocket.latest.fail(1006);
      const before = FakeWebSocket.all.length;
      let waited = 0;
      for (; FakeWebSocket.all.length === before; waited += 500) browser.wait(500);
      assert.ok(waited <= 30_000, String(waited));
    }
  });

  test("waits longer each time, and not by the same time on every page", () => {
    socket.open();
    const waits = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      FakeWebSocket.latest.fail(1006);
      const before = FakeWebSocket.all.length;
      let waited = 0;
      for (; FakeWebSocket.all.length === before; waited += 50) browser.wait(50);
      waits.push(waited);
    }
    assert.ok(waits[0] >= 500 && waits[0] <= 1_050, String(waits));
    assert.ok(waits[4] >= 8_000 && waits[4] <= 16_050, String(waits));
  });

  test("is back within a second each time it is sent away by a restart", () => {
    socket.open();
    for (let restart = 0; restart < 5; restart++) {
      FakeWebSocket.latest.accept();
      FakeWebSocket.latest.fail(4012);
      const before = FakeWebSocket.all.length;
      let waited = 0;
      for (; FakeWebSocket.all.length === before; waited += 50) browser.wait(50);
      assert.ok(waited <= 1_050, String(waited));
    }
  });

  test("tries at once when the network or the reader comes back", () => {
    connect();
    for (const back of [() => browser.page.dispatchEvent(new Event("online")), () => browser.document.dispatchEvent(new Event("visibilitychange"))]) {
      FakeWebSocket.latest.fail(1006);
      const before = FakeWebSocket.all.length;
      back();
      assert.equal(FakeWebSocket.all.length, before + 1);
      FakeWebSocket.latest.accept();
    }
    browser.wait(60_000 - 45_000);
    assert.equal(FakeWebSocket.all.length, 3, "the timers of the earlier tries are gone");
  });

  test("is lost at once when the browser says that there is no network, and tries again by itself", async () => {
    connect();
    const sent = socket.send("a.b");
    browser.page.dispatchEvent(new Event("offline"));
    await assert.rejects(sent, Dropped);
    assert.deepEqual([socket.state, told], ["waiting", ["open", "drop"]]);
    browser.wait(1_050);
    assert.equal(FakeWebSocket.all.length, 2, "one more try");
  });

  test("answers a beat inside the message and passes on where things stand", () => {
    /** @type {any} */
    let heads;
    socket.addEventListener("beat", (event) => (heads = /** @type {CustomEvent} */ (event).detail));
    connect();
    FakeWebSocket.latest.say({ type: WIRE.BEAT, data: { heads: { seq: 7 } } });
    assert.deepEqual(FakeWebSocket.latest.sent, [{ type: WIRE.ANSWER_BEAT, data: {} }]);
    assert.deepEqual(heads, { seq: 7 });
  });

  test("notices a path that swallows everything by the missing beats", () => {
    connect();
    browser.wait(20_000);
    FakeWebSocket.latest.say({ type: WIRE.BEAT, data: { heads: {} } });
    browser.wait(45_000);
    assert.equal(FakeWebSocket.all.length, 1);
    browser.wait(5_000);
    assert.equal(FakeWebSocket.all.length, 2);
    assert.ok(FakeWebSocket.all[0].closed);
    FakeWebSocket.latest.accept();
    assert.deepEqual(told, ["open", "drop", "open", "reopen"]);
  });

  test("does not wait for ever for a handshake", () => {
    socket.open();
    browser.wait(20_000);
    assert.equal(FakeWebSocket.all.length, 2);
  });

  test("does not listen to a link it has left", () => {
    connect();
    const old = FakeWebSocket.latest;
    FakeWebSocket.latest.fail(1006);
    browser.wait(1_000);
    FakeWebSocket.latest.accept();
    old.fail(4001);
    assert.equal(socket.state, "open");
  });

  test("is quiet once it is closed", () => {
    connect();
    socket.close();
    browser.page.dispatchEvent(new Event("online"));
    browser.wait(120_000);
    assert.equal(FakeWebSocket.all.length, 1);
    assert.equal(socket.state, "closed");
  });
});

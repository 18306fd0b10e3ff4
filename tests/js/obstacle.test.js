/** Why no connection comes up, as far as the browser tells. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Obstacle } from "../../static/js/rtc/obstacle.js";
import { FakeConnection } from "./fake_rtc.js";

function make(iceTransportPolicy) {
  const connection = new FakeConnection();
  const listeners = new AbortController();
  return { connection, listeners, obstacle: new Obstacle(connection, { iceTransportPolicy }, listeners.signal) };
}

test("an answer of the relay that is no is a refusal, whatever else went wrong", () => {
  for (const code of [401, 438, 486, 508]) {
    const { connection, obstacle } = make("relay");
    connection.failToFind(701);
    connection.failToFind(code);
    assert.equal(obstacle.reason, "refused", code);
  }
});

test("a relay that does not answer cannot be reached, also where the browser says nothing", () => {
  assert.equal(make("relay").obstacle.reason, "unreachable");
  const { connection, obstacle } = make("all");
  assert.equal(obstacle.reason, "network");
  connection.failToFind(701);
  assert.equal(obstacle.reason, "unreachable");
});

test("who has a relay, and no connection, has the network to blame", () => {
  const { connection, obstacle } = make("relay");
  connection.find(null);
  assert.equal(obstacle.reason, "unreachable");
  connection.find("candidate:1");
  assert.equal(obstacle.reason, "network");
});

test("what went wrong in an earlier round is forgotten with it", () => {
  const { connection, obstacle } = make("relay");
  connection.failToFind(401);
  connection.gather();
  assert.equal(obstacle.reason, "unreachable");
  connection.find("candidate:1");
  assert.equal(obstacle.reason, "network");
  connection.gather();
  assert.equal(obstacle.reason, "unreachable");
});

test("of a connection that is closed nothing is learnt", () => {
  const { connection, listeners, obstacle } = make("relay");
  listeners.abort();
  connection.failToFind(401);
  assert.equal(obstacle.reason, "unreachable");
});

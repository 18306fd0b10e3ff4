/** Credentials pass after two hours: they are fresh whenever a connection begins anew. */
import "./globals.js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CallServers } from "../../static/js/models/call_servers.js";
import { settle } from "./fake_rtc.js";
import { FakeTime } from "./fake_time.js";

const given = (name) => ({ ice_servers: [{ urls: ["turn:t"], username: name, credential: "x" }], ice_transport_policy: "relay" });
const TWO_HOURS = 2 * 60 * 60_000;

/** @type {FakeTime} */ let time;

beforeEach(() => {
  time = new FakeTime();
  mock.method(performance, "now", () => time.now);
});
afterEach(() => {
  time.restore();
  mock.restoreAll();
});

function make(answer) {
  const asked = [];
  const configured = [];
  const servers = new CallServers(() => (asked.push(time.now), answer()), (configuration) => configured.push(configuration));
  return { asked, configured, servers, names: () => configured.map(({ iceServers }) => iceServers[0].username) };
}

test("what the call gave on joining is used as it is, with the policy", async () => {
  const { asked, configured, servers } = make(async () => given("second"));
  servers.take(given("first"));
  await servers.freshen();
  assert.deepEqual(asked, []);
  assert.deepEqual(configured, [{ iceServers: [{ urls: ["turn:t"], username: "first", credential: "x" }], iceTransportPolicy: "relay" }]);
});

test("after two hours new ones are asked for, once for all who wait, and then they are young again", async () => {
  const { asked, servers, names } = make(async () => given("second"));
  servers.take(given("first"));
  time.tick(TWO_HOURS);
  await Promise.all([servers.freshen(), servers.freshen()]);
  await servers.freshen();
  assert.deepEqual(asked, [TWO_HOURS]);
  assert.deepEqual(names(), ["first", "second"]);
});

test("a refusal, or a line that is down, leaves the old ones, and the next who needs them asks again", async () => {
  const { asked, servers, names } = make(() => Promise.reject(new Error("dropped")));
  servers.take(given("first"));
  time.tick(TWO_HOURS);
  await servers.freshen();
  await servers.freshen();
  assert.equal(asked.length, 2);
  assert.deepEqual(names(), ["first"]);
});

test("a server that does not answer is not waited for longer than three seconds", async () => {
  const { servers } = make(() => new Promise(() => {}));
  servers.take(given("first"));
  time.tick(TWO_HOURS);
  let done = false;
  void servers.freshen().then(() => (done = true));
  await settle();
  time.tick(2900);
  await settle();
  assert.equal(done, false);
  time.tick(100);
  await settle();
  assert.equal(done, true);
});

test("before there are any, there is nothing to ask for", async () => {
  const { asked, servers } = make(async () => given("first"));
  time.tick(TWO_HOURS);
  await servers.freshen();
  assert.deepEqual(asked, []);
});

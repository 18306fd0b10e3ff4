/** A tab's part in a call: joining, leases, moving, and what is carried between socket and transport. */
import "./globals.js";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { CallLine } from "../../static/js/models/call_line.js";
import { Transport } from "../../static/js/rtc/transport.js";
import { CALLS } from "../../static/js/wire.js";
import { FakeConnection, settle } from "./fake_rtc.js";

class FakeSocket extends EventTarget {
  sent = [];
  answers = {};

  async send(type, data) {
    this.sent.push([type, data]);
    const answer = this.answers[type];
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(data) : (answer ?? null);
  }

  cast(type, data) {
    this.sent.push([type, data]);
  }

  hear(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  of(type) {
    return this.sent.filter(([name]) => name === type).map(([, data]) => data);
  }
}

const refused = (code) => Object.assign(new Error(code), { code });
const joined = (parties = [], status = "active") => ({
  status, polite: true, parties, ice_servers: [{ urls: ["turn:t"], username: "first" }], ice_transport_policy: "all",
});
const RAO = { person: "rao", party_id: "r1" };
let open = [];

function make({ answer = joined(), reloaded = false } = {}) {
  const socket = new FakeSocket();
  socket.answers[CALLS.JOIN_CALL] = answer;
  const connections = [];
  const configurations = [];
  const create = (configuration) => {
    configurations.push(configuration);
    return connections[connections.push(new FakeConnection()) - 1];
  };
  const transport = new Transport({ create });
  let names = 0;
  const line = new CallLine({
    socket, transport, names: CALLS, me: "asha", ready: Promise.resolve(), reloaded, name: () => `a${++names}`,
  });
  const news = [];
  for (const type of ["joined", "taken", "moved", "alerted", "accepted", "over", "refused", "unprotected", "parted", "left", "media"]) {
    line.addEventListener(type, () => news.push(type));
  }
  open.push(() => (line.close(), transport.close()));
  return { socket, transport, connections, configurations, line, news };
}

afterEach(() => {
  for (const close of open) close();
  open = [];
});

test("the socket opens, the tab joins, and meets who is there", async () => {
  const { socket, transport, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL), [{ party_id: "a1", move: false }]);
  assert.deepEqual(transport.parties, ["r1"]);
  assert.deepEqual(news, ["joined"]);
});

test("a socket that comes back joins as the same party and leaves media alone", async () => {
  const { socket, connections } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  connections[0].become("connected");
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).map(({ party_id }) => party_id), ["a1", "a1"]);
  assert.equal(connections.length, 1);
});

test("a page that was loaded again takes its call back without asking", async () => {
  const { socket } = make({ reloaded: true });
  socket.hear("open");
  await settle();
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).map(({ move }) => move), [true, false]);
});

test("a call held by another tab is offered, and taken only when one says so", async () => {
  const { socket, line, news } = make({ answer: refused("already_elsewhere") });
  socket.hear("open");
  await settle();
  assert.deepEqual(news, ["taken"]);
  socket.answers[CALLS.JOIN_CALL] = joined([RAO]);
  await line.take();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).at(-1), { party_id: "a2", move: true });
  assert.equal(news.at(-1), "joined");
});

test("the tab that lost the call parts with everyone and stays quiet", async () => {
  const { socket, transport, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_MOVED, { id: "c", person: "asha", party_id: "a1" });
  socket.hear("open");
  await settle();
  assert.equal(news.at(-1), "moved");
  assert.deepEqual(transport.parties, []);
  assert.equal(socket.of(CALLS.JOIN_CALL).length, 1);
});

test("the other's reload ends the old link and begins a fresh one", async () => {
  const { socket, transport, connections, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_MOVED, { id: "c", person: "rao", party_id: "r1" });
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "rao", party_id: "r2", polite: false });
  await settle();
  assert.equal(news.at(-1), "parted");
  assert.equal(connections[0].signalingState, "closed");
  assert.deepEqual(transport.parties, ["r2"]);
});

test("who is gone has left; who was never met has not", async () => {
  const { socket, transport, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "asha", party_id: "a0", reason: "lost" });
  assert.equal(news.at(-1), "joined");
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "rao", party_id: "r1", reason: "lost" });
  assert.equal(news.at(-1), "left");
  assert.deepEqual(transport.parties, []);
});

test("who has lost their place and is still heard stays, until the path is lost as well", async () => {
  const { socket, transport, connections, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  connections[0].become("connected");
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "rao", party_id: "r1", reason: "lost" });
  socket.answers[CALLS.JOIN_CALL] = joined();
  socket.hear("open");
  await settle();
  assert.deepEqual([transport.parties, news.includes("left")], [["r1"], false]);
  connections[0].become("disconnected");
  assert.deepEqual([transport.parties, news.at(-1)], [[], "left"]);
});

test("who is heard and comes back under a new name is met anew, once", async () => {
  const { socket, transport, connections } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  connections[0].become("connected");
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "rao", party_id: "r1", reason: "lost" });
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "rao", party_id: "r2", polite: false });
  await settle();
  assert.deepEqual([transport.parties, connections[0].signalingState], [["r2"], "closed"]);
});

test("who hangs up has left, heard or not", async () => {
  const { socket, transport, connections, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  connections[0].become("connected");
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "rao", party_id: "r1", reason: "left" });
  assert.deepEqual([transport.parties, news.at(-1)], [[], "left"]);
});

test("my other devices are not met", async () => {
  const { socket, transport } = make();
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "asha", party_id: "a9", polite: true });
  await settle();
  assert.deepEqual(transport.parties, []);
});

test("a lease that was lost is asked for under a new name, without taking", async () => {
  const { socket } = make();
  socket.hear("open");
  await settle();
  socket.answers[CALLS.RENEW_LEASE] = refused("not_joined");
  socket.hear("beat", { status: 2 });
  await settle();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).at(-1), { party_id: "a2", move: false });
});

test("after a long outage of the server a tab whose lease still stands there goes on as it was", async (t) => {
  const { socket, connections, news } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  const later = performance.now() + 60_000;
  t.mock.method(performance, "now", () => later);
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.sent.map(([type]) => type).filter((type) => type !== CALLS.CHANGE_MEDIA).slice(-2), [CALLS.RENEW_LEASE, CALLS.JOIN_CALL]);
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).map(({ party_id }) => party_id), ["a1", "a1"]);
  assert.equal(connections.length, 1);
  assert.deepEqual(news, ["joined", "joined"]);
});

test("a tab that was away until its lease was gone comes back under a new name", async (t) => {
  const { socket } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  const later = performance.now() + 60_000;
  t.mock.method(performance, "now", () => later);
  socket.answers[CALLS.RENEW_LEASE] = refused("not_joined");
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.of(CALLS.JOIN_CALL).map(({ party_id }) => party_id), ["a1", "a2"]);
});

test("a beat whose head moved unseen asks how things stand", async () => {
  const { socket } = make({ answer: joined([], "ringing") });
  socket.hear("open");
  await settle();
  socket.hear("beat", { status: 1 });
  socket.hear("beat", { status: 1 });
  await settle();
  assert.equal(socket.of(CALLS.JOIN_CALL).length, 1);
  socket.hear("beat", { status: 2 });
  await settle();
  assert.equal(socket.of(CALLS.JOIN_CALL).length, 2);
});

test("signals are addressed, and those that come go to their sender's peer", async () => {
  const { socket, connections } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  const description = { type: "offer", sdp: "x" };
  socket.hear(CALLS.SIGNAL_SENT, { call: "c", from_party: "r1", to_party: "a1", number: 1, description, candidates: null });
  await settle();
  assert.equal(connections[0].remoteDescription.sdp, "x");
  const [answer] = socket.of(CALLS.SEND_SIGNAL);
  assert.deepEqual([answer.from_party, answer.to_party, answer.number, answer.description.type], ["a1", "r1", 1, "answer"]);
});

test("a signal that was on its way to a former name of this tab is not taken for one to the new name", async () => {
  const { socket, connections, line } = make({ answer: joined([RAO]) });
  socket.hear("open");
  await settle();
  await line.take();
  await settle();
  const offer = (to_party, sdp) => ({
    call: "c", from_party: "r1", to_party, number: 1, description: { type: "offer", sdp }, candidates: null,
  });
  socket.hear(CALLS.SIGNAL_SENT, offer("a1", "stale"));
  socket.hear(CALLS.SIGNAL_SENT, offer("a2", "fresh"));
  await settle();
  assert.equal(connections[1].remoteDescription.sdp, "fresh");
});

test("who comes while one asks how things stand is kept, though the answer is older", async () => {
  let answer = () => {};
  const { socket, transport } = make({ answer: () => new Promise((resolve) => (answer = resolve)) });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_MOVED, { id: "c", person: "rao", party_id: "r1" });
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "rao", party_id: "r2", polite: false });
  await settle();
  answer(joined([RAO]));
  await settle();
  assert.deepEqual(transport.parties, ["r2"]);
});

test("being connected is reported, and my media are told with it", async () => {
  const { socket, line, connections } = make({ answer: joined([RAO]) });
  line.tell({ microphone: true, camera: false });
  socket.hear("open");
  await settle();
  connections[0].become("connected");
  await settle();
  assert.deepEqual(socket.of(CALLS.REPORT_CONNECTED), [{ party_id: "a1" }]);
  assert.deepEqual(socket.of(CALLS.CHANGE_MEDIA).at(-1), { party_id: "a1", microphone: true, camera: false });
});

test("a call that is over says so, however it is learnt", async () => {
  const refusal = make({ answer: refused("call_over") });
  refusal.socket.hear("open");
  const event = make();
  event.socket.hear(CALLS.CALL_ENDED, { id: "c" });
  const status = make({ answer: joined([], "ended") });
  status.socket.hear("open");
  await settle();
  assert.deepEqual([refusal.news, event.news, status.news], [["over"], ["over"], ["over"]]);
});

test("where addresses cannot be hidden there is no call, and no other tab to take it from", async () => {
  const { socket, connections, line, news } = make({ answer: refused("no_relay") });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "rao", party_id: "r1", polite: false });
  await settle();
  assert.deepEqual(news, ["unprotected"]);
  assert.deepEqual(connections, []);
  line.close();
});

test("who is met late in a long call is met with fresh credentials", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { socket, configurations } = make();
  socket.answers[CALLS.RENEW_ICE_SERVERS] = { ice_servers: [{ urls: ["turn:t"], username: "second" }], ice_transport_policy: "relay" };
  socket.hear("open");
  await settle();
  now += 2 * 60 * 60_000;
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "rao", party_id: "r2", polite: false });
  await settle();
  assert.deepEqual(socket.of(CALLS.RENEW_ICE_SERVERS), [{ party_id: "a1" }]);
  assert.deepEqual(configurations.map(({ iceServers, iceTransportPolicy }) => [iceServers[0].username, iceTransportPolicy]), [["second", "relay"]]);
});

test("leaving is told once, and then nothing more is heard", async () => {
  const { socket, line, news } = make();
  socket.hear("open");
  await settle();
  line.leave();
  socket.hear(CALLS.CALL_ENDED, { id: "c" });
  socket.hear("open");
  await settle();
  assert.deepEqual(socket.of(CALLS.LEAVE_CALL), [{ party_id: "a1" }]);
  assert.deepEqual(news, ["joined"]);
});

test("two helpers of one emergency have nothing to do with each other", async () => {
  const { socket, transport, news } = make();
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "meera", party_id: "m1", polite: true });
  socket.hear(CALLS.MEDIA_CHANGED, { call: "c", party_id: "m1", microphone: false, camera: false });
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "meera", party_id: "m1", reason: "handed_over" });
  await settle();
  assert.deepEqual([transport.parties, news], [[], ["joined"]]);
});

test("who is left by one helper is not alone while another one is heard, and is while nobody is", async () => {
  const { socket, connections, news } = make({ answer: { ...joined([RAO]), polite: false } });
  socket.hear("open");
  await settle();
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "meera", party_id: "m1", polite: true });
  await settle();
  connections[1].become("connected");
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "rao", party_id: "r1", reason: "handed_over" });
  assert.equal(news.includes("left"), false);
  socket.hear(CALLS.PARTY_JOINED, { id: "c", person: "ravi", party_id: "v1", polite: true });
  await settle();
  socket.hear(CALLS.PARTY_LEFT, { id: "c", person: "meera", party_id: "m1", reason: "handed_over" });
  assert.equal(news.includes("left"), true);
});

/** Perfect negotiation, tried with connections that quarrel on command. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer } from "../../static/js/rtc/peer.js";
import { FakeConnection, settle } from "./fake_rtc.js";
import { FakeTime } from "./fake_time.js";

function make(polite, { freshen } = {}) {
  const connection = new FakeConnection();
  const tracks = { audio: { kind: "audio" }, video: null };
  const peer = new Peer({ polite, configuration: {}, tracks, create: () => connection, freshen });
  const sent = [];
  peer.addEventListener("signal", ({ detail }) => sent.push(detail));
  return { connection, peer, sent };
}

/** Two peers and the wire between them, which can be cut. */
function pair() {
  const wire = { cut: false };
  const [impolite, polite] = [make(false), make(true)];
  const carry = (from, to) =>
    from.peer.addEventListener("signal", ({ detail }) => wire.cut || queueMicrotask(() => to.peer.receive(detail)));
  carry(impolite, polite);
  carry(polite, impolite);
  return { impolite, polite, wire, close: () => [impolite, polite].forEach(({ peer }) => peer.close()) };
}

const descriptions = (sent) => sent.filter(({ description }) => description).map(({ description }) => description.type);

test("the impolite side offers, the polite side answers with its own tracks in the same two lines", async () => {
  const { impolite, polite, close } = pair();
  await settle();
  assert.deepEqual([descriptions(impolite.sent), descriptions(polite.sent)], [["offer"], ["answer"]]);
  assert.deepEqual(polite.connection.transceivers.map(({ direction }) => direction), ["sendrecv", "sendrecv"]);
  assert.equal(polite.connection.transceivers[0].sender.track.kind, "audio");
  assert.equal(impolite.connection.signalingState, "stable");
  close();
});

test("when both offer at once the polite one gives way and both end stable", async () => {
  const { impolite, polite, close } = pair();
  await settle();
  impolite.peer.restart();
  polite.peer.restart();
  await settle();
  assert.equal(polite.connection.rollbacks, 1);
  assert.equal(impolite.connection.rollbacks, 0);
  assert.equal(impolite.connection.signalingState, "stable");
  assert.equal(polite.connection.signalingState, "stable");
  close();
});

test("candidates wait for the description, and what it does not know is dropped with it", async () => {
  const { connection, peer } = make(true);
  await peer.receive({ number: 1, description: null, candidates: [{ candidate: "a" }, { candidate: "b", usernameFragment: "unknown" }] });
  assert.deepEqual(connection.added, []);
  await peer.receive({ number: 2, description: { type: "offer", sdp: "x" }, candidates: [{ candidate: "" }] });
  assert.deepEqual(connection.added, ["a", ""]);
  peer.close();
});

test("a description that is older than the last one is ignored", async () => {
  const { connection, peer } = make(true);
  await peer.receive({ number: 5, description: { type: "offer", sdp: "new" }, candidates: null });
  await peer.receive({ number: 4, description: { type: "offer", sdp: "old" }, candidates: null });
  assert.equal(connection.remoteDescription.sdp, "new");
  peer.close();
});

test("an answer that nobody asked for does no harm", async () => {
  const { impolite, polite, close } = pair();
  await settle();
  await impolite.peer.receive({ number: 99, description: { type: "answer", sdp: "again" }, candidates: null });
  assert.equal(impolite.connection.signalingState, "stable");
  assert.notEqual(impolite.connection.remoteDescription.sdp, "again");
  assert.equal(polite.connection.signalingState, "stable");
  close();
});

test("candidates leave in batches of at most twenty, and the end is said", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { connection, peer, sent } = make(true);
  for (let index = 0; index < 25; index += 1) connection.find(`c${index}`);
  assert.deepEqual(sent.map(({ candidates }) => candidates.length), [20]);
  time.tick(50);
  connection.find(null);
  assert.deepEqual(sent.map(({ candidates }) => candidates.length), [20, 5, 1]);
  assert.equal(sent.at(-1).candidates[0].candidate, "");
  assert.deepEqual(sent.map(({ number }) => number), [1, 2, 3]);
  peer.close();
});

test("a path lost for four seconds, or failed, is looked for anew; a short gap is not", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { impolite: { connection }, close } = pair();
  await settle();
  connection.become("connected");
  connection.become("disconnected");
  time.tick(3900);
  connection.become("connected");
  time.tick(60_000);
  assert.equal(connection.restarts, 0);
  connection.become("disconnected");
  time.tick(4000);
  await settle();
  assert.equal(connection.restarts, 1);
  connection.become("failed");
  time.tick(0);
  await settle();
  assert.equal(connection.restarts, 2);
  close();
});

test("an offer whose answer was lost is sent again, not replaced", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { impolite, polite, wire, close } = pair();
  await settle();
  impolite.connection.become("connected");
  wire.cut = true;
  impolite.peer.restart();
  await settle();
  wire.cut = false;
  time.tick(4000);
  await settle();
  const offers = impolite.sent.filter(({ description }) => description).map(({ description }) => description.sdp);
  assert.equal(offers.length, 3);
  assert.equal(offers[1], offers[2]);
  assert.equal(impolite.connection.signalingState, "stable");
  assert.equal(polite.connection.signalingState, "stable");
  close();
});

test("credentials are seen to before a path is looked for, by whoever begins it", async () => {
  const order = [];
  const freshen = (who) => async () => void order.push(who);
  const [impolite, polite] = [make(false, { freshen: freshen("impolite") }), make(true, { freshen: freshen("polite") })];
  for (const [from, to] of [[impolite, polite], [polite, impolite]]) {
    from.peer.addEventListener("signal", ({ detail }) => queueMicrotask(() => to.peer.receive(detail)));
  }
  await settle();
  assert.deepEqual(order, []);
  impolite.connection.addEventListener("negotiationneeded", () => order.push("offer"));
  polite.connection.addEventListener("signalingstatechange", () => order.push(polite.connection.signalingState));
  impolite.peer.restart();
  await settle();
  assert.deepEqual(order, ["impolite", "offer", "polite", "have-remote-offer", "stable"]);
  impolite.peer.close();
  polite.peer.close();
});

test("a path that does not come up once both have agreed is said to be stuck, until it does", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { connection, peer } = make(true);
  let stuck = 0;
  peer.addEventListener("stuck", () => (stuck += 1));
  connection.become("connecting");
  time.tick(60_000);
  assert.equal(stuck, 0);
  await peer.receive({ number: 1, description: { type: "offer", sdp: "x" }, candidates: null });
  for (const expected of [0, 1, 2]) {
    assert.equal(stuck, expected);
    time.tick(20_000);
    await settle();
  }
  connection.become("connected");
  connection.become("disconnected");
  time.tick(19_000);
  assert.equal(stuck, 3);
  connection.become("connected");
  time.tick(60_000);
  assert.equal(stuck, 3);
  peer.close();
});

test("a connection over which nothing comes is lost, whatever the browser calls it", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { impolite: { connection, peer }, close } = pair();
  await settle();
  const states = [];
  peer.addEventListener("state", ({ detail }) => states.push(detail));
  connection.become("connected");
  peer.hush(true);
  time.tick(4000);
  await settle();
  assert.equal(connection.restarts, 1);
  peer.hush(false);
  time.tick(60_000);
  await settle();
  assert.equal(connection.restarts, 1);
  connection.become("connecting");
  connection.become("connected");
  peer.hush(false);
  assert.deepEqual(states, ["connected", "disconnected", "connected", "connecting", "disconnected", "connected"]);
  close();
});

test("a closed peer is silent", async () => {
  const { connection, peer, sent } = make(false);
  await settle();
  peer.close();
  connection.become("failed");
  connection.find("late");
  connection.failToFind(401);
  await peer.receive({ number: 1, description: { type: "offer", sdp: "late" }, candidates: null });
  assert.deepEqual(descriptions(sent), ["offer"]);
  assert.equal(sent.length, 1);
});

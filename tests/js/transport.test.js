/** The transport: who is met, who is gone, and what waits. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Transport } from "../../static/js/rtc/transport.js";
import { FakeConnection, settle } from "./fake_rtc.js";
import { FakeTime } from "./fake_time.js";

function make() {
  const connections = [];
  const transport = new Transport({ create: () => connections[connections.push(new FakeConnection()) - 1] });
  return { connections, transport };
}

const offer = { number: 1, description: { type: "offer", sdp: "x" }, candidates: null };

test("a signal that comes before its sender is known waits for it", async () => {
  const { connections, transport } = make();
  transport.receive("b", offer);
  assert.equal(connections.length, 0);
  transport.start("b", { polite: true });
  await settle();
  assert.equal(connections[0].remoteDescription.sdp, "x");
  transport.close();
});

test("a party that left does not come back under the same name", async () => {
  const { connections, transport } = make();
  transport.start("b", { polite: true });
  transport.part("b");
  transport.receive("b", offer);
  transport.start("b", { polite: true });
  assert.equal(connections.length, 1);
  assert.deepEqual(transport.parties, []);
});

test("a page that was loaded again is met by a fresh connection", () => {
  const { connections, transport } = make();
  transport.start("b", { polite: true });
  transport.keep(["c"]);
  transport.start("c", { polite: true });
  assert.equal(connections[0].signalingState, "closed");
  assert.deepEqual(transport.parties, ["c"]);
  transport.close();
});

test("tracks set before anyone is here are sent to those who come", async () => {
  const { connections, transport } = make();
  await transport.setMicrophone({ kind: "audio" });
  transport.start("b", { polite: false });
  await settle();
  assert.equal(connections[0].transceivers[0].sender.track.kind, "audio");
  await transport.setCamera({ kind: "video" });
  assert.equal(connections[0].transceivers[1].sender.track.kind, "video");
  transport.close();
});

test("news of the network restarts a link over which nothing comes, and no other", async (t) => {
  const time = new FakeTime();
  t.after(() => time.restore());
  const { connections, transport } = make();
  transport.start("b", { polite: true });
  transport.receive("b", offer);
  await settle();
  connections[0].become("connected");
  let bytesReceived = 0;
  connections[0].getStats = async () => new Map([["1", { type: "candidate-pair", bytesReceived }]]);
  for (const [arriving, restarts] of [[100, 0], [0, 1]]) {
    await transport.restart();
    assert.equal(connections[0].restarts, 0);
    const looked = transport.restart({ network: true });
    await settle();
    bytesReceived += arriving;
    time.tick(1500);
    await looked;
    assert.equal(connections[0].restarts, restarts);
  }
  transport.close();
});

test("a link that never stood connects; one that stood reconnects", () => {
  const { connections, transport } = make();
  const states = [];
  transport.addEventListener("state", ({ detail }) => states.push(detail.state));
  transport.start("b", { polite: true });
  for (const state of ["connecting", "failed", "connected", "disconnected"]) connections[0].become(state);
  assert.deepEqual(states, ["connecting", "connecting", "connected", "reconnecting"]);
  transport.close();
});

test("why a link is stuck is asked of the link; of nobody it is the network", () => {
  const { connections, transport } = make();
  transport.configure({ iceTransportPolicy: "relay" });
  transport.start("b", { polite: true });
  connections[0].failToFind(401);
  assert.equal(transport.obstacle("b"), "refused");
  assert.equal(transport.obstacle("c"), "network");
  transport.close();
});

/** The call page's state table. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CallState, TRANSITIONS } from "../../static/js/models/call_state.js";

const after = (...facts) => facts.reduce((state, fact) => (state.learn(fact), state), new CallState()).current;

test("a call as it should go", () => {
  assert.equal(after("placed"), "calling");
  assert.equal(after("placed", "alerted"), "ringing");
  assert.equal(after("placed", "alerted", "accepted"), "connecting");
  assert.equal(after("placed", "alerted", "accepted", "connected"), "connected");
  assert.equal(after("accepted", "connected", "lost"), "reconnecting");
  assert.equal(after("accepted", "connected", "lost", "connected"), "connected");
});

test("who waits for the other side is not the one that is away", () => {
  assert.equal(after("accepted", "connected", "absent"), "waiting");
  assert.equal(after("accepted", "connected", "lost", "absent", "lost"), "waiting");
  assert.equal(after("accepted", "connected", "lost", "absent", "heard"), "reconnecting");
  assert.equal(after("accepted", "connected", "lost", "absent", "heard", "connected"), "connected");
});

test("a connection that does not come up is stuck, until it does, or one tries again, or is alone", () => {
  assert.equal(after("accepted", "stuck"), "stuck");
  assert.equal(after("accepted", "connected", "lost", "stuck"), "stuck");
  assert.equal(after("accepted", "stuck", "lost"), "stuck");
  assert.equal(after("accepted", "stuck", "connected"), "connected");
  assert.equal(after("accepted", "stuck", "accepted"), "connecting");
  assert.equal(after("accepted", "stuck", "absent"), "waiting");
  assert.equal(after("accepted", "connected", "stuck"), "connected");
});

test("a call that cannot hide addresses has no part in anything but its end", () => {
  assert.equal(after("accepted", "unprotected", "connected", "accepted"), "unprotected");
  assert.equal(after("placed", "unprotected", "ended"), "ended");
});

test("joining again, or an event that comes late, moves nothing", () => {
  assert.equal(after("placed", "alerted", "placed"), "ringing");
  assert.equal(after("accepted", "connected", "accepted", "alerted", "placed"), "connected");
});

test("what has ended stays so, whatever is learnt", () => {
  for (const fact of ["placed", "alerted", "accepted", "connected", "lost", "moved", "refused"]) {
    assert.equal(after("accepted", "ended", fact), "ended");
  }
});

test("a call that moved elsewhere can be brought back", () => {
  assert.equal(after("accepted", "connected", "moved"), "elsewhere");
  assert.equal(after("accepted", "connected", "moved", "lost"), "elsewhere");
  assert.equal(after("accepted", "connected", "moved", "accepted"), "connecting");
});

test("every way leads to a state that exists, and every live state can end", () => {
  for (const [from, ways] of Object.entries(TRANSITIONS)) {
    for (const to of Object.values(ways)) assert.ok(to in TRANSITIONS, `${from} -> ${to}`);
    if (from !== "ended") assert.equal(ways.ended, "ended");
  }
});

test("a change is told once, with both ends", () => {
  const state = new CallState();
  const told = [];
  state.addEventListener("change", ({ detail }) => told.push(detail));
  assert.ok(state.learn("placed"));
  assert.ok(!state.learn("lost"));
  assert.deepEqual(told, [{ from: "preparing", to: "calling" }]);
});

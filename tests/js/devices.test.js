/** Microphone and camera: the ladder, the names of refusals, and letting go. */
import "./globals.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices, problemOf } from "../../static/js/rtc/devices.js";

class FakeTrack extends EventTarget {
  stopped = false;

  constructor(kind) {
    super();
    this.kind = kind;
  }

  stop() {
    this.stopped = true;
  }
}

const named = (name, message = "") => Object.assign(new Error(message), { name });

/** `broken` names the kinds that fail, and how. */
function media(broken = {}) {
  const asked = [];
  const getUserMedia = async (wanted) => {
    const kinds = ["audio", "video"].filter((kind) => wanted[kind]);
    asked.push(kinds.join("+"));
    for (const kind of kinds) if (broken[kind]) throw broken[kind];
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    return { getTracks: () => tracks };
  };
  return { asked, getUserMedia };
}

test("both are asked for at once", async () => {
  const source = media();
  const devices = new Devices(source);
  assert.deepEqual(await devices.open({ camera: true }), { microphone: null, camera: null });
  assert.deepEqual(source.asked, ["audio+video"]);
  assert.ok(devices.microphone && devices.camera);
});

test("an audio call does not ask for the camera", async () => {
  const source = media();
  const devices = new Devices(source);
  await devices.open({ camera: false });
  assert.deepEqual(source.asked, ["audio"]);
  assert.equal(devices.camera, null);
});

test("a missing camera leaves the microphone and says why", async () => {
  const devices = new Devices(media({ video: named("NotFoundError") }));
  assert.deepEqual(await devices.open({ camera: true }), { microphone: null, camera: "missing" });
  assert.ok(devices.microphone);
});

test("a missing microphone leaves the camera", async () => {
  const devices = new Devices(media({ audio: named("NotFoundError") }));
  assert.deepEqual(await devices.open({ camera: true }), { microphone: "missing", camera: null });
  assert.ok(devices.camera && !devices.microphone);
});

test("who said no is not asked a third time", async () => {
  const source = media({ audio: named("NotAllowedError"), video: named("NotAllowedError") });
  assert.deepEqual(await new Devices(source).open({ camera: true }), { microphone: "denied", camera: "denied" });
  assert.deepEqual(source.asked, ["audio+video", "audio"]);
});

test("each refusal has its name", () => {
  const names = {
    NotAllowedError: "denied", NotFoundError: "missing", NotReadableError: "busy", OverconstrainedError: "unsuitable",
    TypeError: "insecure", Anything: "busy",
  };
  for (const [name, problem] of Object.entries(names)) assert.equal(problemOf(named(name)), problem);
  assert.equal(problemOf(named("NotAllowedError", "Permission denied by system")), "system");
});

test("an address without media devices is named insecure", async () => {
  assert.deepEqual(await new Devices(undefined).open({ camera: false }), { microphone: "insecure", camera: null });
});

test("wishes that no device fulfils are dropped before giving up", async () => {
  let calls = 0;
  const getUserMedia = async (wanted) => {
    calls += 1;
    if (wanted.video !== true) throw named("OverconstrainedError");
    return { getTracks: () => [new FakeTrack("video")] };
  };
  assert.equal(await new Devices({ getUserMedia }).turnOn("camera"), null);
  assert.equal(calls, 2);
});

test("turning the camera off stops its track, and release stops all", async () => {
  const devices = new Devices(media());
  await devices.open({ camera: true });
  const { camera, microphone } = devices;
  devices.turnOff("camera");
  assert.ok(camera.stopped && !microphone.stopped && devices.camera === null);
  devices.release();
  assert.ok(microphone.stopped);
});

test("a track that comes after release is stopped at once", async () => {
  let give;
  const track = new FakeTrack("audio");
  const getUserMedia = () => new Promise((resolve) => (give = () => resolve({ getTracks: () => [track] })));
  const devices = new Devices({ getUserMedia });
  const opening = devices.open({ camera: false });
  devices.release();
  give();
  await opening;
  assert.ok(track.stopped);
  assert.equal(devices.microphone, null);
});

test("a device that is unplugged is gone, and its page is told", async () => {
  const devices = new Devices(media());
  await devices.open({ camera: false });
  const told = [];
  devices.addEventListener("change", ({ detail }) => told.push(detail));
  devices.microphone.dispatchEvent(new Event("ended"));
  assert.equal(devices.microphone, null);
  assert.deepEqual(told, ["microphone"]);
});

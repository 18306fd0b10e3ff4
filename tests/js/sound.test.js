import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

/** @type {string[]} */
let heard = [];
let state = "running";
/** @type {Audio} */
let audio;
/** What has to happen before sound that may come does come. */
let begins = Promise.resolve();

class Node {
  constructor(/** @type {any} */ _audio, /** @type {any} */ { frequency } = {}) {
    this.frequency = frequency;
    this.gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
  }
  connect(/** @type {any} */ next) {
    return next;
  }
  start() {
    heard.push(String(this.frequency));
  }
  stop() {}
}

class Audio extends EventTarget {
  constructor() {
    super();
    audio = this;
  }
  currentTime = 0;
  destination = new Node(null);
  get state() {
    return state;
  }
  resume() {
    return begins;
  }
}

/** Locks as a browser's tabs share them, but granted and refused at once. */
const held = new Set();
const locks = {
  async request(/** @type {string} */ name, /** @type {any} */ _options, /** @type {any} */ run) {
    if (held.has(name)) return run(null);
    held.add(name);
    return Promise.resolve(run({ name })).finally(() => held.delete(name));
  },
  query: async () => ({ held: [...held].map((name) => ({ name })) }),
};

Object.assign(globalThis, { AudioContext: Audio, OscillatorNode: Node, GainNode: Node });
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
const sound = await import("../../static/js/lib/sound.js");

describe("Sound", () => {
  beforeEach(() => {
    heard = [];
    state = "running";
    begins = Promise.resolve();
    Object.assign(navigator, { userActivation: { hasBeenActive: false } });
    held.clear();
    sound.stopRinging();
  });

  test("is there in every variant", async () => {
    for (const name of sound.SOUNDS) {
      for (const variant of sound.VARIANTS) {
        heard = [];
        assert.equal(await sound.play(name, variant), true);
        assert.notEqual(heard.length, 0, `${name} ${variant}`);
      }
    }
  });

  test("of an empty or unknown name is silence", async () => {
    for (const [name, variant] of [["message", ""], ["message", "gong"], ["gossip", "chime"]]) {
      assert.equal(await sound.play(name, variant), false);
    }
    assert.deepEqual(heard, []);
  });

  test("is made by one tab alone", async () => {
    held.add("telemed-message");
    await sound.announce("message", "chime");
    assert.deepEqual(heard, []);
  });

  test("that is turned off leaves nothing to turn on", async () => {
    assert.equal(await sound.startRinging(""), true);
    assert.deepEqual(heard, []);
  });

  test("that the browser holds back can be turned on", async () => {
    state = "suspended";
    assert.equal(await sound.startRinging("chime"), false);
    assert.deepEqual(heard, []);
    state = "running";
    assert.equal(await sound.startRinging("chime"), true);
    await new Promise(setImmediate);
    assert.notEqual(heard.length, 0);
    sound.stopRinging();
  });

  test("that is held back and comes later says so", async () => {
    state = "suspended";
    /** @type {boolean[]} */
    const told = [];
    assert.equal(await sound.startRinging("chime", "call", (audible) => told.push(audible)), false);
    state = "running";
    audio.dispatchEvent(new Event("statechange"));
    await new Promise(setImmediate);
    assert.deepEqual(told, [true]);
    sound.stopRinging();
  });

  test("is waited for where the page has been touched, however slow the device", async () => {
    Object.assign(navigator, { userActivation: { hasBeenActive: true } });
    state = "suspended";
    begins = new Promise((done) => setTimeout(() => ((state = "running"), done()), 500));
    assert.equal(await sound.startRinging("chime"), true);
    sound.stopRinging();
  });

  test("rings here no more where another tab does, and says that it rings", async () => {
    held.add("telemed-ringing");
    state = "suspended";
    assert.equal(await sound.startRinging("chime"), true);
    sound.stopRinging();
  });
});

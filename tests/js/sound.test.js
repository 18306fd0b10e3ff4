import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

/** @type {string[]} */
let heard = [];
let state = "running";

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
  currentTime = 0;
  destination = new Node(null);
  get state() {
    return state;
  }
  async resume() {}
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

  test("rings here no more where another tab does, and says that it rings", async () => {
    held.add("telemed-ringing");
    state = "suspended";
    assert.equal(await sound.startRinging("chime"), true);
    sound.stopRinging();
  });
});

/** As much of a browser as the modules under test touch, with a clock that is turned by hand. */

import { FakeTime } from "./fake_time.js";

/** A WebSocket whose other end is the test. */
export class FakeWebSocket {
  /** @type {FakeWebSocket[]} */
  static all = [];
  /** @type {any[]} */
  sent = [];
  closed = false;

  /** @param {URL} url */
  constructor(url) {
    this.url = url;
    FakeWebSocket.all.push(this);
  }

  static get latest() {
    return FakeWebSocket.all[FakeWebSocket.all.length - 1];
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  accept() {
    this.onopen();
  }

  /** @param {object} frame */
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  /** @param {number} code */
  fail(code) {
    this.onclose({ code });
  }
}

/** @type {FakeTime | undefined} */
let time;

/** Installs the browser; call it before each test. */
export function installBrowser() {
  FakeWebSocket.all = [];
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Object.assign(globalThis, {
    WebSocket: FakeWebSocket,
    location: { href: "https://telemed.test/messages/" },
    document,
    addEventListener: page.addEventListener.bind(page),
  });
  time?.restore();
  time = new FakeTime();
  return { page, document, wait: (/** @type {number} */ ms) => time.tick(ms) };
}

/** Lets everything that is already decided happen. */
export async function settled() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

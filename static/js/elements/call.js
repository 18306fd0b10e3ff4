/** The call page: brings socket, media and controls together for one call, in this tab. */
import { refs } from "../lib/dom.js";
import { Socket } from "../lib/socket.js";
import { startRingback, stopRingback } from "../lib/sound.js";
import { WakeLock } from "../lib/wake_lock.js";
import { CallLine } from "../models/call_line.js";
import { CallState } from "../models/call_state.js";
import { Devices } from "../rtc/devices.js";
import { Transport } from "../rtc/transport.js";
import { CALLS } from "../wire.js";
import { CallControls } from "./call_controls.js";
import { CallDevices } from "./call_devices.js";
import { CallExit } from "./call_exit.js";
import { CallStage } from "./call_stage.js";
import { CallTimer } from "./call_timer.js";

/** A drop shorter than this is nobody's business. */
const OFFLINE_AFTER = 5000;
const CAPABLE = "RTCPeerConnection" in globalThis;

class TelemedCall extends HTMLElement {
  connectedCallback() {
    this.#on(this.#state, "change", ({ to }) => this.#enter(to));
    if (!CAPABLE) return void this.#state.learn("refused");
    this.#connect();
    this.#converse();
    this.#choose();
    void this.#asking.decided.then(() => this.#controls.show());
    void this.#asking.decide();
    this.#socket.open();
  }

  disconnectedCallback() {
    this.#release();
    this.#listeners.abort();
  }

  #listeners = new AbortController();
  #refs = refs(this);
  #state = new CallState();
  #devices = new Devices();
  #transport = new Transport();
  #screen = new WakeLock(this.#listeners.signal);
  #socket = new Socket(`/ws/calls/${this.getAttribute("call")}/`);
  #stage = new CallStage(this.#refs, { kind: this.getAttribute("kind") ?? "video", signal: this.#listeners.signal });
  #timer = new CallTimer(this.#refs, {
    now: this.getAttribute("now"),
    ringsUntil: this.getAttribute("ring-expires-at"),
    began: this.getAttribute("connected-at"),
  });
  #exit = new CallExit(this.#refs, { signal: this.#listeners.signal, leaving: () => this.#leave() });
  #asking = new CallDevices(this, this.#refs, {
    devices: this.#devices, camera: this.getAttribute("kind") === "video", signal: this.#listeners.signal,
  });
  #controls = new CallControls(this.#refs, {
    devices: this.#devices, signal: this.#listeners.signal, changed: () => this.#reflect(),
    refused: (device, problem) => this.#asking.explain(problem, device),
  });
  #line = new CallLine({
    socket: this.#socket, transport: this.#transport, names: CALLS, me: this.getAttribute("me") ?? "",
    ready: this.#asking.decided, reloaded: isReload(),
  });
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #offline;

  #connect() {
    this.#on(this.#socket, "gone", () => this.#state.learn("refused"));
    this.#on(this.#socket, "drop", () => this.#expect());
    this.#on(this.#socket, "open", () => this.#relax());
    this.#on(globalThis, "online", () => this.#transport.restart({ network: true }));
    this.#on(globalThis, "pagehide", () => this.#release());
    this.#on(document, "submit", (_, event) => this.#depart(event));
    // From the back-forward cache the page is a corpse: its tracks and sockets are gone.
    this.#on(globalThis, "pageshow", (_, event) => event.persisted && location.reload());
    this.#on(this.#devices, "change", (device) => {
      if (device === "microphone") void this.#transport.setMicrophone(this.#devices.microphone);
      else void this.#transport.setCamera(this.#devices.camera);
    });
  }

  #converse() {
    const learn = (/** @type {string} */ news, /** @type {import("../models/call_state.js").Fact} */ fact) =>
      this.#on(this.#line, news, () => this.#state.learn(fact));
    learn("alerted", "alerted");
    learn("accepted", "accepted");
    learn("refused", "refused");
    learn("parted", "lost");
    learn("moved", "moved");
    this.#on(this.#line, "joined", ({ status, alerted }) => {
      this.#state.learn(status === "active" ? "accepted" : "placed");
      if (alerted) this.#state.learn("alerted");
    });
    this.#on(this.#line, "taken", () => this.#refs.move.showModal());
    this.#on(this.#line, "over", () => this.#finish());
    this.#on(this.#line, "began", ({ at }) => this.#timer.begin(at));
    this.#on(this.#line, "media", (media) => this.#stage.hear(media));
    this.#on(this.#transport, "track", ({ track }) => void this.#stage.receive(track));
    this.#on(this.#transport, "quality", ({ level }) => this.#stage.judge(level));
    this.#on(this.#transport, "state", ({ state }) => this.#link(state));
  }

  /** The answers a person may give when the call, or its media, are somewhere else. */
  #choose() {
    const { move, move_here, stay, take, rejoin } = this.#refs;
    this.#on(move_here, "click", () => move.close("here"));
    this.#on(stay, "click", () => move.close());
    this.#on(move, "close", () => (move.returnValue === "here" ? this.#take() : this.#state.learn("moved")));
    this.#on(take, "click", () => this.#take());
    this.#on(rejoin, "click", () => this.#rejoin());
  }

  /** @param {import("../models/call_state.js").State} state */
  #enter(state) {
    this.dataset.state = state;
    this.#stage.enter(state);
    this.#timer.enter(state);
    this.#exit.enter(state);
    this.#screen.hold(this.#state.is("connected", "reconnecting"));
    if (state === "ringing") void startRingback();
    else stopRingback();
    if (state === "elsewhere" || state === "blocked" || state === "ended") this.#silence();
  }

  #reflect() {
    const { muted } = this.#controls;
    this.#stage.reflect(this.#devices, { muted });
    this.#line.tell({ microphone: Boolean(this.#devices.microphone) && !muted, camera: Boolean(this.#devices.camera) });
  }

  /** @param {import("../rtc/transport.js").LinkState} state */
  #link(state) {
    if (state === "connected") this.#state.learn("connected");
    else if (state === "reconnecting") this.#state.learn("lost");
  }

  #take() {
    void this.#asking.decide();
    void this.#line.take();
  }

  #rejoin() {
    if (this.#socket.state === "open") void this.#line.take();
    else this.#socket.reconnect();
  }

  #leave() {
    this.#line.leave();
    this.#state.learn("ended");
  }

  /** To answer another call ends this one: the news of that must not stop the way there. @param {SubmitEvent} event */
  #depart({ target, defaultPrevented }) {
    const goes = target instanceof HTMLFormElement && ["", window.name].includes(target.target);
    if (goes && !defaultPrevented) this.#line.close();
  }

  /** The server knows how it ended; the same address shows it. */
  #finish() {
    this.#line.close();
    if (this.#state.learn("ended")) location.replace(location.href);
  }

  #silence() {
    stopRingback();
    this.#asking.close();
    this.#devices.release();
    this.#transport.reset();
  }

  /** Says nothing to the server: a page that goes away may be one that comes back. */
  #release() {
    this.#line.close();
    this.#silence();
    this.#socket.close();
    this.#timer.stop();
  }

  #expect() {
    this.#offline ??= setTimeout(() => (this.#refs.offline.hidden = this.#socket.state === "open"), OFFLINE_AFTER);
  }

  #relax() {
    clearTimeout(this.#offline);
    this.#offline = undefined;
    this.#refs.offline.hidden = true;
  }

  /** @param {EventTarget} target @param {string} type @param {(detail: any, event: any) => void} act */
  #on(target, type, act) {
    const { signal } = this.#listeners;
    target.addEventListener(type, (event) => act(/** @type {CustomEvent} */ (event).detail, event), { signal });
  }
}

/** Whether this tab had the page before: then no other has the call. */
function isReload() {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "reload";
}

customElements.define("telemed-call", TelemedCall);

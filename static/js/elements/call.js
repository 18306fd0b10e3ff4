/** The call page: brings socket, media and controls together for one call, in this tab. */
import { refs } from "../lib/dom.js";
import { Socket } from "../lib/socket.js";
import { startRingback, stopRingback } from "../lib/sound.js";
import { WakeLock } from "../lib/wake_lock.js";
import { CallAbsence } from "../models/call_absence.js";
import { CallLine } from "../models/call_line.js";
import { CallState, NEWS, OUTSIDE } from "../models/call_state.js";
import { Devices } from "../rtc/devices.js";
import { Transport } from "../rtc/transport.js";
import { CALLS } from "../wire.js";
import { CallControls } from "./call_controls.js";
import { CallDevices } from "./call_devices.js";
import { CallExit } from "./call_exit.js";
import { becomeGroup, followGroup } from "./call_group.js";
import { CallNotices } from "./call_notices.js";
import { askForPlace, isReload } from "./call_place.js";
import { CallStage } from "./call_stage.js";
import { CallTimer } from "./call_timer.js";

class TelemedCall extends HTMLElement {
  connectedCallback() {
    this.#on(this.#state, "change", (change) => this.#enter(change));
    if (!("RTCPeerConnection" in globalThis)) return void this.#state.learn("refused");
    this.#connect();
    this.#converse();
    askForPlace(this.#refs, {
      signal: this.#listeners.signal, take: () => void this.#line.take(),
      stay: () => this.#state.learn("moved"), rejoin: () => this.#rejoin(),
    });
    if (this.hasAttribute("group")) followGroup(this, { socket: this.#socket, signal: this.#listeners.signal, renamed: () => this.#reflect() });
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
  /** @type {Transport} */ #transport = new Transport({ freshen: () => this.#line.freshen() });
  #screen = new WakeLock(this.#listeners.signal);
  #socket = new Socket(`/ws/calls/${this.getAttribute("call")}/`);
  #stage = new CallStage(this.#refs, { kind: this.getAttribute("kind") ?? "video", signal: this.#listeners.signal });
  #notices = new CallNotices(this.#refs, { socket: this.#socket, signal: this.#listeners.signal });
  #timer = new CallTimer(this.#refs, {
    now: this.getAttribute("now"),
    ringsUntil: this.getAttribute("ring-expires-at"),
    began: this.getAttribute("connected-at"),
  });
  #exit = new CallExit(this.#refs, {
    socket: this.#socket, signal: this.#listeners.signal, leaving: () => this.#leave(),
  });
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
  #absence = new CallAbsence(() => this.#line.reach(), () => this.#state.learn("absent"));

  #connect() {
    this.#on(this.#socket, "gone", () => this.#state.learn("refused"));
    this.#on(this.#socket, "drop", () => this.#state.learn("heard"));
    this.#on(this.#socket, CALLS.CALL_ENDED, () => this.#exit.isLeaving && this.#exit.outcome());
    this.#on(globalThis, "online", () => void this.#transport.restart({ network: true }));
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
    for (const [news, fact] of Object.entries(NEWS)) this.#on(this.#line, news, () => this.#state.learn(fact));
    this.#on(this.#line, "joined", ({ kind, status, alerted, parties }) => {
      if (kind === "emergency" && !this.hasAttribute("group")) return becomeGroup(this);
      this.#state.learn(status === "active" ? "accepted" : "placed");
      if (alerted) this.#state.learn("alerted");
      this.#absence.hear();
      if (!parties.length && !this.#transport.parties.length && this.#timer.began) this.#state.learn("absent");
    });
    this.#on(this.#socket, CALLS.SIGNAL_SENT, () => this.#hear());
    this.#on(this.#socket, CALLS.PARTY_JOINED, ({ person }) => person !== this.getAttribute("me") && this.#hear());
    this.#on(this.#line, "taken", () => this.#refs.move.showModal());
    this.#on(this.#line, "over", () => this.#finish());
    this.#on(this.#line, "began", ({ at }) => this.#timer.begin(at));
    this.#on(this.#line, "media", (media) => this.#stage.hear(media));
    this.#on(this.#transport, "track", ({ track }) => void this.#stage.receive(track));
    this.#on(this.#transport, "quality", ({ level }) => {
      this.#stage.judge(level);
      this.#notices.judge(level);
    });
    this.#on(this.#transport, "state", ({ party, state }) => this.#link(state, party));
  }

  /** @param {{from: import("../models/call_state.js").State, to: import("../models/call_state.js").State}} change */
  #enter({ from, to: state }) {
    const live = !OUTSIDE.includes(state);
    const away = this.#state.is("reconnecting", "stuck", "waiting");
    this.dataset.state = state;
    this.#stage.enter(state);
    this.#timer.enter(state);
    this.#exit.enter(state);
    this.#controls.enter({ live });
    this.#notices.enter({ live, away });
    this.#screen.hold(away || state === "connected");
    if (state === "reconnecting") this.#absence.begin();
    else if (!away) this.#absence.end();
    if (state === "ringing") void startRingback();
    else stopRingback();
    if (!live) this.#silence();
    else if (from === "elsewhere") void this.#asking.decide();
  }

  #reflect() {
    const { muted } = this.#controls;
    this.#stage.reflect(this.#devices, { muted });
    this.#notices.reflect(this.#devices, { muted });
    this.#line.tell({ microphone: Boolean(this.#devices.microphone) && !muted, camera: Boolean(this.#devices.camera) });
  }

  /** A sign of life from the other side. */
  #hear() {
    this.#absence.hear();
    this.#state.learn("heard");
  }

  /** @param {import("../rtc/transport.js").LinkState} state @param {string} party */
  #link(state, party) {
    if (state === "connected") this.#state.learn("connected");
    else if (state === "reconnecting" && !this.#transport.hearing) this.#state.learn("lost");
    else if (state === "stuck") {
      this.#stage.explain(this.#transport.obstacle(party));
      this.#state.learn("stuck");
    }
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
    if (this.#state.learn("ended")) this.#exit.outcome();
  }

  #silence() {
    stopRingback();
    this.#absence.end();
    this.#asking.stop();
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

  /** @param {EventTarget} target @param {string} type @param {(detail: any, event: any) => void} act */
  #on(target, type, act) {
    const { signal } = this.#listeners;
    target.addEventListener(type, (event) => act(/** @type {CustomEvent} */ (event).detail, event), { signal });
  }
}

customElements.define("telemed-call", TelemedCall);

/** The one interface to media that the call page knows; today a mesh of peers, one for each other party. */
import { Peer } from "./peer.js";
import { QualityWatch } from "./stats.js";

/** @typedef {import("./peer.js").Kind} Kind */
/** @typedef {import("./peer.js").Signal} Signal */
/** @typedef {import("./peer.js").Create} Create */
/** @typedef {"connecting"|"connected"|"reconnecting"|"stuck"} LinkState */

const EARLY_LIMIT = 50;

/**
 * Events, each with `party` in its detail: "signal" (to be carried there), "track" (came from there),
 * "state" (LinkState), "quality" (level).
 */
export class Transport extends EventTarget {
  /**
   * @param {{create?: Create, stream?: MediaStream|null, freshen?: () => Promise<void>}} [options]
   *   `freshen`: calls `configure` if credentials are old, before a link looks for a new path
   */
  constructor({ create, stream = globalThis.MediaStream ? new MediaStream() : null, freshen } = {}) {
    super();
    this.#freshen = freshen;
    this.#create = create;
    this.#stream = stream;
  }

  /** @param {RTCConfiguration} configuration of those that start from now on, and of restarts */
  configure(configuration) {
    this.#configuration = configuration;
    for (const { peer } of this.#links.values()) peer.configure(configuration);
  }

  /** @param {string} party @param {{polite: boolean}} options */
  start(party, { polite }) {
    if (this.#links.has(party) || this.#gone.has(party)) return;
    const link = this.#link(party, polite);
    this.#links.set(party, link);
    for (const signal of this.#early.get(party) ?? []) void link.peer.receive(signal);
    this.#early.delete(party);
  }

  /** Ends what there is with a party that left; it never comes back under this name. Answers whether there was. @param {string} party */
  part(party) {
    this.#gone.add(party);
    this.#early.delete(party);
    return this.#drop(party);
  }

  /** @param {Iterable<string>} parties that are still there; all others left */
  keep(parties) {
    const present = new Set(parties);
    for (const party of [...this.#links.keys()]) if (!present.has(party)) this.part(party);
  }

  /** A signal may come before the news that its sender is here: it waits. @param {string} party @param {Signal} signal */
  receive(party, signal) {
    const link = this.#links.get(party);
    if (link) return void link.peer.receive(signal);
    if (this.#gone.has(party)) return;
    const waiting = this.#early.get(party) ?? [];
    if (waiting.length < EARLY_LIMIT) this.#early.set(party, [...waiting, signal]);
  }

  /** @param {MediaStreamTrack|null} track */
  setMicrophone(track) {
    return this.replaceTrack("audio", track);
  }

  /** @param {MediaStreamTrack|null} track */
  setCamera(track) {
    return this.replaceTrack("video", track);
  }

  /** @param {Kind} kind @param {MediaStreamTrack|null} track */
  async replaceTrack(kind, track) {
    this.#tracks[kind] = track;
    await Promise.all([...this.#links.values()].map(({ peer }) => peer.replaceTrack(kind, track)));
  }

  /** Looks for new paths; a healthy link is left alone, and after news of the network doubted first. */
  async restart({ network = false } = {}) {
    const all = [...this.#links.values()].map(async ({ peer, watch }) => {
      const lost = peer.state !== "connected" || (network && !(await watch.hears()));
      if (lost) await peer.restart();
    });
    await Promise.all(all);
  }

  /** Why a stuck link does not come up, as far as this side knows. @param {string} party */
  obstacle(party) {
    return this.#links.get(party)?.peer.obstacle ?? "network";
  }

  /** Whether something comes from there. @param {string} party */
  hears(party) {
    return this.#links.get(party)?.peer.state === "connected";
  }

  get hearing() {
    return this.parties.some((party) => this.hears(party));
  }

  get parties() {
    return [...this.#links.keys()];
  }

  /** Parts with everybody here; tracks and configuration stay for those who start next. */
  reset() {
    for (const party of this.parties) this.#drop(party);
    this.#early.clear();
  }

  close() {
    this.reset();
    this.#tracks.audio = this.#tracks.video = null;
  }

  #create;
  #freshen;
  #stream;
  /** @type {RTCConfiguration} */ #configuration = {};
  /** @type {Record<Kind, MediaStreamTrack|null>} */ #tracks = { audio: null, video: null };
  /** @type {Map<string, {peer: Peer, watch: QualityWatch}>} */ #links = new Map();
  /** @type {Map<string, Signal[]>} */ #early = new Map();
  /** @type {Set<string>} */ #gone = new Set();

  /** @param {string} party @param {boolean} polite */
  #link(party, polite) {
    const [create, freshen] = [this.#create, this.#freshen];
    const peer = new Peer({
      polite, configuration: this.#configuration, tracks: this.#tracks, stream: this.#stream,
      ...(create && { create }), ...(freshen && { freshen }),
    });
    const watch = new QualityWatch(() => peer.stats, {
      level: (level) => this.#emit("quality", { party, level }), silence: (silent) => peer.hush(silent),
    });
    let met = false;
    peer.addEventListener("signal", (event) => this.#emit("signal", { party, .../** @type {CustomEvent} */ (event).detail }));
    peer.addEventListener("track", (event) => this.#emit("track", { party, track: /** @type {CustomEvent} */ (event).detail }));
    peer.addEventListener("state", () => {
      if (peer.isUp) watch.start();
      else watch.stop();
      met ||= peer.state === "connected";
      this.#emit("state", { party, state: linkState(peer.state, met) });
    });
    peer.addEventListener("stuck", () => this.#emit("state", { party, state: "stuck" }));
    return { peer, watch };
  }

  /** @param {string} party */
  #drop(party) {
    const link = this.#links.get(party);
    this.#links.delete(party);
    link?.watch.stop();
    link?.peer.close();
    return link !== undefined;
  }

  /** @param {string} type @param {unknown} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {RTCPeerConnectionState} state @param {boolean} met @returns {LinkState} */
function linkState(state, met) {
  if (state === "connected") return "connected";
  return met ? "reconnecting" : "connecting";
}

/** One connection to one party: perfect negotiation that outlives glare, lost signals and lost networks. */
import { Arrivals, Candidates } from "./candidates.js";
import { fillLines, openLines, transceiverOf } from "./lines.js";
import { Obstacle } from "./obstacle.js";
import { Patience } from "./patience.js";

/** @typedef {{type: RTCSdpType, sdp: string}} Description */
/** @typedef {{number: number, description: Description|null, candidates: RTCIceCandidateInit[]|null}} Signal */
/** @typedef {import("./lines.js").Kind} Kind */
/** @typedef {(configuration: RTCConfiguration) => RTCPeerConnection} Create */


/**
 * The impolite side brings both transceivers and offers; the polite side fills the same two when it
 * answers. So there are always exactly two m-lines, whoever renegotiates first, and a camera that
 * comes later, also in an audio call, is a replaced track and not a negotiation.
 *
 * Events: "signal" (detail Signal), "track" (detail MediaStreamTrack), "state" (detail RTCPeerConnectionState),
 * "stuck" (both sides have agreed, and yet it does not come up: see `obstacle`).
 */
export class Peer extends EventTarget {
  /**
   * @param {{polite: boolean, configuration: RTCConfiguration, tracks: Record<Kind, MediaStreamTrack|null>,
   *   stream?: MediaStream|null, create?: Create, freshen?: () => Promise<void>}} options
   *   `freshen`: configures us with credentials that are still good
   */
  constructor({ polite, configuration, tracks, stream = null, create = (c) => new RTCPeerConnection(c), freshen = async () => {} }) {
    super();
    this.#polite = polite;
    this.#tracks = tracks;
    this.#stream = stream;
    this.#freshen = freshen;
    this.#connection = create(configuration);
    this.#arrivals = new Arrivals(this.#connection);
    this.#obstacle = new Obstacle(this.#connection, configuration, this.#listeners.signal);
    this.#listen();
    if (!polite) openLines(this.#connection, { tracks, stream });
    this.#watch();
  }

  /** Of a connection over which nothing comes any more, the browser may go on to say that it is connected. */
  get state() {
    return this.#silent && this.isUp ? "disconnected" : this.#connection.connectionState;
  }

  get isUp() {
    return this.#connection.connectionState === "connected";
  }

  get obstacle() {
    return this.#obstacle.reason;
  }

  get stats() {
    return this.#connection.getStats();
  }

  /** @param {RTCConfiguration} configuration */
  configure(configuration) {
    this.#connection.setConfiguration(configuration);
  }

  /** @param {boolean} silent whether nothing comes from the other side, neither media nor reports */
  hush(silent) {
    const was = this.state;
    this.#silent = silent;
    this.#heard = true;
    if (this.state !== was) this.#change();
  }

  /** @param {Kind} kind @param {MediaStreamTrack|null} track */
  async replaceTrack(kind, track) {
    await transceiverOf(this.#connection, kind)?.sender.replaceTrack(track);
  }

  /** @param {Signal} signal */
  receive(signal) {
    this.#inbox = this.#inbox.then(() => this.#take(signal)).catch((error) => this.#complain(error));
    return this.#inbox;
  }

  /**
   * Looks for a new path. While an offer waits for its answer, the same offer is sent again: a second
   * one would be answered by the answer to the first.
   */
  async restart() {
    await this.#freshen();
    const { signalingState, remoteDescription } = this.#connection;
    if (signalingState === "have-local-offer") this.#signal(this.#connection.localDescription, null);
    else if (remoteDescription && signalingState === "stable") this.#connection.restartIce();
  }

  close() {
    this.#patience.stop();
    this.#candidates.stop();
    this.#closed = true;
    this.#listeners.abort();
    this.#connection.close();
  }

  #connection;
  #arrivals;
  #obstacle;
  #freshen;
  #polite;
  #tracks;
  #stream;
  #listeners = new AbortController();
  #inbox = Promise.resolve();
  #offering = false;
  #closed = false;
  #silent = false;
  #heard = false;
  #sent = 0;
  #described = 0;
  #candidates = new Candidates((found) => this.#signal(null, found));
  #patience = new Patience({ restart: () => void this.restart(), doubt: () => this.#emit("stuck", null) });

  #listen() {
    const on = /** @type {(type: string, act: (event: any) => void) => void} */ (
      (type, act) => this.#connection.addEventListener(type, act, { signal: this.#listeners.signal })
    );
    on("negotiationneeded", () => this.#offer());
    on("icecandidate", ({ candidate }) => this.#candidates.add(candidate, this.#connection.getTransceivers()[0]?.mid ?? "0"));
    on("track", ({ track }) => this.#emit("track", track));
    on("signalingstatechange", () => this.#watch());
    on("connectionstatechange", () => {
      // Firefox calls a restart that found no path "connected": once lost, it is back when it is heard.
      if (!this.isUp) this.#silent = this.#heard;
      this.#change();
    });
  }

  #change() {
    this.#watch();
    this.#emit("state", this.state);
  }

  #watch() {
    const unanswered = this.state === "connected" && this.#connection.signalingState === "have-local-offer";
    this.#patience.see(unanswered ? "unanswered" : this.state, { agreed: this.#connection.remoteDescription !== null });
  }

  async #offer() {
    try {
      this.#offering = true;
      await this.#connection.setLocalDescription();
      this.#signal(this.#connection.localDescription, null);
    } catch (error) {
      this.#complain(/** @type {Error} */ (error));
    } finally {
      this.#offering = false;
    }
  }

  /** @param {Signal} signal */
  async #take({ number, description, candidates }) {
    if (description?.type === "offer" && this.#connection.remoteDescription) await this.#freshen();
    if (this.#closed) return;
    if (description && number > this.#described) {
      this.#described = number;
      await this.#describe(description);
    }
    for (const candidate of candidates ?? []) await this.#arrivals.add(candidate);
  }

  /** @param {Description} description */
  async #describe(description) {
    const connection = this.#connection;
    const calm = connection.signalingState === "stable" && !this.#offering;
    if (description.type === "offer" && !calm && !this.#polite) return;
    if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
    await connection.setRemoteDescription(description);
    if (description.type === "offer") await this.#answer();
    await this.#arrivals.settle();
  }

  async #answer() {
    await fillLines(this.#connection, { tracks: this.#tracks, stream: this.#stream });
    await this.#connection.setLocalDescription();
    this.#signal(this.#connection.localDescription, null);
  }

  /** @param {RTCSessionDescription|null} description @param {RTCIceCandidateInit[]|null} candidates */
  #signal(description, candidates) {
    const plain = description && { type: description.type, sdp: description.sdp };
    this.#emit("signal", { number: ++this.#sent, description: plain, candidates });
  }

  /** Names the error without its message, which may quote SDP. @param {Error} error */
  #complain({ name }) {
    if (!this.#closed) console.warn("negotiation:", name);
  }

  /** @param {string} type @param {unknown} detail */
  #emit(type, detail) {
    if (!this.#closed) this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

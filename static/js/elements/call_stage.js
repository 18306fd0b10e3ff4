/** What one sees of a call: pictures and words. */

import { OUTSIDE } from "../models/call_state.js";

/** @typedef {import("../models/call_state.js").State} State */
/** @typedef {import("../rtc/stats.js").Level} Level */
/** @typedef {import("../rtc/devices.js").Devices} Devices */

/** Who has answered may still be asked by their browser. */
const SLOW = 8000;
const TALKING = ["connecting", "connected", "reconnecting", "stuck", "waiting"];

/** A player without a first frame would hold the page's load event back for ever. */
const loaded = () =>
  document.readyState === "complete" || new Promise((done) => addEventListener("load", done, { once: true }));

export class CallStage {
  /** @param {Record<string, any>} refs @param {{kind: string, signal: AbortSignal}} options */
  constructor(refs, { kind, signal }) {
    this.#refs = refs;
    this.#kind = kind;
    const { remote, hear } = refs;
    remote.muted = true;
    for (const type of ["resize", "loadedmetadata"]) remote.addEventListener(type, () => this.#show(), { signal });
    hear.addEventListener("click", () => this.#play(), { signal });
  }

  /** @param {State} state */
  enter(state) {
    this.#state = state;
    this.#slow = false;
    clearTimeout(this.#slowness);
    if (state === "connecting") this.#slowness = setTimeout(() => ((this.#slow = true), this.#show()), SLOW);
    this.#show();
  }

  /** All are heard, the last one is seen. @param {MediaStreamTrack} track */
  async receive(track) {
    await loaded();
    const { remote } = this.#refs;
    const player = track.kind === "video" ? remote : (this.#sounds.get(track) ?? new Audio());
    player.srcObject = new MediaStream([track]);
    if (player === remote) return void player.play().catch(() => {});
    this.#sounds.set(track, player);
    this.#play();
  }

  /** Why nothing passes between the two. @param {import("../rtc/obstacle.js").Reason} reason */
  explain(reason) {
    for (const words of this.#refs.stuck.querySelectorAll("[data-reason]")) words.hidden = !words.matches(`[data-reason~="${reason}"]`);
  }

  /** @param {{microphone: boolean, camera: boolean}} media what the other side has on */
  hear(media) {
    this.#media = media;
    this.#show();
  }

  /** @param {Devices} devices @param {{muted: boolean}} options */
  reflect({ microphone, camera }, { muted }) {
    const { mine, mine_off, mine_muted } = this.#refs;
    if (mine.srcObject?.getTracks()[0] !== camera) mine.srcObject = camera && new MediaStream([camera]);
    if (camera) mine.play().catch(() => {});
    mine.hidden = !camera;
    mine_off.hidden = Boolean(camera);
    mine_muted.hidden = Boolean(microphone) && !muted;
    this.#show();
  }

  /** @param {Level} level */
  judge(level) {
    this.#level = level;
    this.#show();
  }

  #refs;
  #kind;
  /** A video element keeps sound back until there is a picture. @type {Map<MediaStreamTrack, HTMLAudioElement>} */
  #sounds = new Map();
  /** @type {State} */ #state = "preparing";
  /** @type {Level} */ #level = "good";
  #media = { microphone: true, camera: true };
  #slow = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #slowness;

  #play() {
    const { silent } = this.#refs;
    silent.hidden = true;
    for (const sound of this.#sounds.values()) sound.play().catch(({ name }) => (silent.hidden &&= name !== "NotAllowedError"));
  }

  get #pictured() {
    return this.#media.camera && this.#refs.remote.videoWidth > 0;
  }

  #show() {
    const { remote, person, reconnecting, stuck, waiting, over, name, peer, headline, peer_muted, quality, level } = this.#refs;
    const outside = OUTSIDE.includes(this.#state);
    const away = this.#state === "reconnecting";
    const apart = this.#state === "waiting" || this.#state === "stuck";
    const talking = TALKING.includes(this.#state);
    remote.hidden = !talking || apart || !this.#pictured;
    person.hidden = away || apart || outside || !remote.hidden;
    reconnecting.hidden = !away;
    stuck.hidden = this.#state !== "stuck";
    waiting.hidden = this.#state !== "waiting";
    over.hidden = !outside;
    for (const face of over.querySelectorAll("[data-over]")) face.hidden = face.dataset.over !== this.#state;
    name.hidden = remote.hidden;
    peer_muted.hidden = this.#media.microphone;
    peer.hidden = !talking;
    headline.hidden = talking;
    quality.hidden = !talking || apart || this.#state === "connecting";
    quality.dataset.level = away ? "poor" : this.#level;
    level.textContent = this.#word(away ? "lost" : this.#level);
    this.#say();
  }

  #say() {
    const { status, words_shown } = this.#refs;
    const unseen = this.#state === "connected" && !this.#pictured;
    const quiet = this.#state === "connected" && !this.#media.microphone;
    const still = this.#kind === "video" && !this.#media.camera ? "media_off" : "peer_muted";
    const state = this.#slow ? "slow" : this.#state;
    const words = this.#word(quiet ? still : state);
    if (status.textContent !== words) status.textContent = words;
    const shown = quiet ? still : this.#kind === "audio" ? "audio" : "camera_off";
    words_shown.textContent = this.#word(unseen ? shown : state);
  }

  /** @param {string} name */
  #word(name) {
    return this.#refs.words.content.querySelector(`[data-word~="${name}"]`)?.textContent ?? "";
  }
}

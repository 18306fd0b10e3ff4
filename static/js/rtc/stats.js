/** How good a connection is, in three words: good, weak, poor. */

import { pause } from "../lib/timing.js";

/** @typedef {"good"|"weak"|"poor"} Level */
/** @typedef {{received: number, lost: number, roundTrip: number, outgoingLoss: number, arrived: number}} Sample arrived: anything at all */

const EVERY = 2000;
/** While it is not known whether anything comes again, somebody waits for the answer. */
const HASTE = 500;
const MOMENT = 1500;
/** A word changes only after so many windows in a row that say the same. */
const PATIENCE = { worse: 3, better: 3 };
/** So many windows without anything: a browser may say "connected" for much longer. */
const SILENT = 3;
const RANK = { good: 0, weak: 1, poor: 2 };
const LIMITS = /** @type {const} */ ([
  { level: "poor", loss: 0.12, roundTrip: 1.0 },
  { level: "weak", loss: 0.04, roundTrip: 0.45 },
]);

/** @param {RTCStatsReport} report @returns {Sample} */
export function read(report) {
  const sample = { received: 0, lost: 0, roundTrip: 0, outgoingLoss: 0, arrived: 0 };
  for (const entry of report.values()) {
    // Packets of media, or, from who sends none, reports on what they hear.
    if (entry.type === "candidate-pair") sample.arrived += entry.bytesReceived ?? 0;
    if (entry.type === "inbound-rtp") {
      sample.received += entry.packetsReceived ?? 0;
      sample.lost += entry.packetsLost ?? 0;
    } else if (entry.type === "remote-inbound-rtp") {
      sample.outgoingLoss = Math.max(sample.outgoingLoss, entry.fractionLost ?? 0);
      sample.roundTrip = Math.max(sample.roundTrip, entry.roundTripTime ?? 0);
    } else if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
      sample.roundTrip = Math.max(sample.roundTrip, entry.currentRoundTripTime ?? 0);
    }
  }
  return sample;
}

/** @param {Sample} now @param {Sample} before @returns {Level} */
export function judge(now, before) {
  const lost = Math.max(0, now.lost - before.lost);
  const all = lost + Math.max(0, now.received - before.received);
  const loss = Math.max(all ? lost / all : 0, now.outgoingLoss);
  const found = LIMITS.find((limit) => loss > limit.loss || now.roundTrip > limit.roundTrip);
  return found?.level ?? "good";
}

/** Slow to change its mind, so that one bad second is not a word on the screen. */
export class Quality {
  /** @type {Level} */ level = "good";

  /** @param {Level} window @returns {boolean} whether the word changed */
  push(window) {
    this.#streak = window === this.#last ? this.#streak + 1 : 1;
    this.#last = window;
    const needed = RANK[window] > RANK[this.level] ? PATIENCE.worse : PATIENCE.better;
    if (window === this.level || this.#streak < needed) return false;
    this.level = window;
    return true;
  }

  /** @type {Level} */ #last = "good";
  #streak = 0;
}

/** Asks one connection every two seconds and tells when its word changes, and when nothing comes over it. */
export class QualityWatch {
  /**
   * @param {() => Promise<RTCStatsReport>} report
   * @param {{level: (level: Level) => void, silence: (silent: boolean) => void}} tell
   */
  constructor(report, tell) {
    this.#report = report;
    this.#tell = tell;
  }

  start() {
    if (this.#timer) return;
    this.#tell.level(this.#quality.level);
    this.#timer = setInterval(() => void this.#look(), this.#silent ? HASTE : EVERY);
  }

  /** Whether anything comes within a moment; for when there is reason to doubt it. */
  async hears() {
    const before = read(await this.#report()).arrived;
    await pause(MOMENT);
    return read(await this.#report()).arrived > before;
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#before = null;
    this.#quiet = 0;
    // Once lost, it is back when something comes, and not when the browser says so.
    if (this.#silent === false) this.#silent = true;
  }

  #report;
  #tell;
  #quality = new Quality();
  #looking = false;
  #quiet = 0;
  #arrived = 0;
  /** @type {boolean|null} null until something was heard */ #silent = null;
  /** @type {Sample|null} */ #before = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */ #timer;

  async #look() {
    if (this.#looking) return;
    this.#looking = true;
    const now = read(await this.#report().finally(() => (this.#looking = false)));
    if (!this.#timer) return;
    // Half a second says whether anything comes, and not how well.
    const judged = this.#before && !this.#silent && this.#quality.push(judge(now, this.#before));
    if (judged) this.#tell.level(this.#quality.level);
    this.#listen(now);
    this.#before = now;
  }

  /**
   * Where nothing has ever come, as between two without devices, silence means nothing. Counters may
   * vanish while a new path is looked for: only one that grows has heard something.
   * @param {Sample} now
   */
  #listen({ arrived }) {
    const grows = arrived > this.#arrived;
    this.#arrived = arrived;
    this.#quiet = grows ? 0 : this.#quiet + 1;
    const silent = grows ? false : this.#silent === false && this.#quiet >= SILENT ? true : this.#silent;
    if (silent === this.#silent || silent === null) return;
    this.#silent = silent;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#look(), silent ? HASTE : EVERY);
    this.#tell.silence(silent);
  }
}

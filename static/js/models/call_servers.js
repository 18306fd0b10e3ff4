/** The servers that connections may use. Their credentials pass, so they are asked for again before use. */
import { pause } from "../lib/timing.js";

/** @typedef {import("../wire.js").CallsIceServersRenewed} Given */

/** Younger ones are used as they are. */
const FRESH = 60_000;
/** Old ones may still do: a lost path is not looked for later because nobody answers. */
const PATIENCE = 3000;

export class CallServers {
  /** @param {() => Promise<Given>} ask @param {(configuration: RTCConfiguration) => void} configure */
  constructor(ask, configure) {
    this.#ask = ask;
    this.#configure = configure;
  }

  /** @param {Given} given */
  take({ ice_servers, ice_transport_policy }) {
    this.#takenAt = performance.now();
    const iceServers = ice_servers.map((server) => /** @type {RTCIceServer} */ ({ ...server }));
    this.#configure({ iceServers, iceTransportPolicy: /** @type {RTCIceTransportPolicy} */ (ice_transport_policy) });
  }

  /** Before a connection begins, or looks for a new path. Returns when there is no more to wait for. */
  async freshen() {
    if (this.#takenAt === null || performance.now() - this.#takenAt < FRESH) return;
    this.#asking ??= this.#renew();
    await Promise.race([this.#asking, pause(PATIENCE)]);
  }

  #ask;
  #configure;
  /** @type {number|null} */ #takenAt = null;
  /** @type {Promise<void>|null} */ #asking = null;

  async #renew() {
    const given = await this.#ask().catch(() => null);
    this.#asking = null;
    if (given) this.take(given);
  }
}

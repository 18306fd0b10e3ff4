/** The check of one's own device: looks, shows what it found, sends it, and shows the letters to read out. */

import { clone, fill, refs } from "../lib/dom.js";
import { post } from "../lib/http.js";
import { subscription } from "../lib/push.js";
import { browserOf, countDevices, permissionOf, systemOf, troubleOf } from "../models/device_facts.js";
import { me } from "../models/me.js";
import { tryRelay } from "../rtc/relay_trial.js";

class Check extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { begin, start } = refs(this);
    begin.hidden = false;
    start.addEventListener("click", () => this.#run(), { signal: this.#listening.signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  async #run() {
    const { start, said } = refs(this);
    start.disabled = true;
    said.textContent = said.dataset.working;
    const facts = await this.#look();
    this.#show(facts);
    try {
      const { code } = await post(this.dataset.report ?? "", facts);
      said.textContent = said.dataset.done;
      refs(this).code.textContent = code;
      refs(this).result.hidden = false;
    } catch (problem) {
      said.textContent = /** @type {{detail?: string}} */ (problem).detail || said.dataset.failed;
    }
    start.disabled = false;
  }

  /** @returns {Promise<Record<string, string>>} */
  async #look() {
    const [camera, microphone] = [await opens({ video: true }), await opens({ audio: true })];
    const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
    return {
      browser: browserOf(navigator.userAgent),
      system: systemOf(navigator.userAgent),
      screen: `${screen.width} × ${screen.height}, window ${innerWidth} × ${innerHeight}, ratio ${devicePixelRatio}`,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      languages: navigator.languages.slice(0, 4).join(", "),
      camera,
      microphone,
      devices: countDevices(devices ?? []),
      notifications: permissionOf(globalThis.Notification?.permission),
      push: (await subscription().catch(() => null)) ? "turned on" : "turned off",
      calls: "RTCPeerConnection" in globalThis ? "possible" : "not possible",
      network: navigator.onLine ? "online" : "offline",
      socket: me.state,
      relay: await this.#relay(),
    };
  }

  async #relay() {
    if (!("RTCPeerConnection" in globalThis)) return "cannot be tried here";
    const asked = await post(this.dataset.relay ?? "").catch((problem) => ({ problem }));
    if (asked.problem) return asked.problem.status === 429 ? "tried too often, wait a minute" : "could not be asked for";
    if (!asked.servers.length) return "this site has none";
    const ms = await tryRelay(asked.servers).catch(() => null);
    return ms === null ? "not reached within 8 s" : `reached in ${ms} ms`;
  }

  /** @param {Record<string, string>} facts */
  #show(facts) {
    const { facts: section, list, line } = refs(this);
    const names = JSON.parse(this.querySelector("#fact-names")?.textContent ?? "{}");
    const lines = Object.entries(facts).map(([key, said]) => {
      const row = clone(line);
      fill(row, { name: names[key] ?? key, said });
      return row;
    });
    list.replaceChildren(...lines);
    section.hidden = false;
  }
}

/**
 * Turned on for a moment, and off again.
 * @param {MediaStreamConstraints} wanted
 */
async function opens(wanted) {
  if (!navigator.mediaDevices) return "not possible here";
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    for (const track of stream.getTracks()) track.stop();
    return "works";
  } catch (error) {
    return troubleOf(/** @type {Error} */ (error));
  }
}

customElements.define("telemed-check", Check);

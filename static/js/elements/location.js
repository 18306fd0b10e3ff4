/** Where the device is, when the person offers it: fills the hidden fields beside, and says how well it knows. */

import { phrase, refs } from "../lib/dom.js";

const PATIENCE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 };

class Location extends HTMLElement {
  connectedCallback() {
    const { share } = refs(this);
    share.hidden = !navigator.geolocation;
    share.addEventListener("click", () => this.#ask());
  }

  #ask() {
    this.#say("asking");
    navigator.geolocation.getCurrentPosition(({ coords }) => this.#found(coords), () => this.#say("denied"), PATIENCE);
  }

  /** @param {GeolocationCoordinates} coords */
  #found({ latitude, longitude, accuracy }) {
    for (const [name, value] of Object.entries({ latitude, longitude, accuracy: Math.round(accuracy) })) {
      const field = /** @type {HTMLInputElement} */ (this.querySelector(`input[name="${name}"]`));
      field.value = String(value);
    }
    this.#say("found", { metres: Math.round(accuracy) });
    this.dispatchEvent(new CustomEvent("telemed-located", { bubbles: true }));
  }

  /** @param {string} word @param {Record<string, number>} [values] */
  #say(word, values = {}) {
    const { said, words } = refs(this);
    said.textContent = phrase(words.content.querySelector(`[data-word="${word}"]`)?.textContent ?? "", values);
  }
}

customElements.define("telemed-location", Location);

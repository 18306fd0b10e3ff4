/** A button that plays a sound as it is chosen beside it: `data-sound`, and `data-control`, the name of the choice. */

import { play } from "../lib/sound.js";

class SoundTry extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.hidden = !("AudioContext" in globalThis);
    this.addEventListener("click", () => void play(this.dataset.sound ?? "", this.#variant), { signal });
    this.#form?.addEventListener("change", () => this.#offer(), { signal });
    this.#offer();
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get #form() {
    return this.closest("form");
  }

  get #variant() {
    const { control = "" } = this.dataset;
    return String((this.#form && new FormData(this.#form).get(control)) ?? "");
  }

  /** Of silence nothing can be tried. */
  #offer() {
    const button = this.querySelector("button");
    if (button) button.disabled = !this.#variant;
  }
}

customElements.define("telemed-sound-try", SoundTry);

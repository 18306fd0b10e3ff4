/** How Telemed comes among the apps of this device: by the browser's own offer where it makes one, else in steps. */

import { refs } from "../lib/dom.js";
import { isInstalled, platformOf } from "../lib/push.js";

class Install extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** The browser's offer, which can be taken once. @type {any} */
  #offer;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener("beforeinstallprompt", (event) => this.#offered(event), { signal });
    addEventListener("appinstalled", () => this.#show("done"), { signal });
    refs(this).install.addEventListener("click", () => this.#take(), { signal });
    this.#openOwn();
    if (isInstalled()) this.#show("installed");
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** The steps for this device come first. */
  #openOwn() {
    const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints);
    const own = /** @type {HTMLDetailsElement} */ (this.querySelector(`[data-platform="${platform}"]`));
    own.open = true;
    refs(own).own.hidden = false;
    refs(this).platforms.prepend(own);
  }

  /** @param {Event} event */
  #offered(event) {
    event.preventDefault();
    this.#offer = event;
    this.#show("offered");
  }

  async #take() {
    this.#offer.prompt();
    const { outcome } = await this.#offer.userChoice;
    this.#show(outcome === "accepted" ? "done" : "");
  }

  /** @param {"installed" | "done" | "offered" | ""} state */
  #show(state) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) {
      words.hidden = words.dataset.when !== state;
    }
  }
}

customElements.define("telemed-install", Install);

/** Push in this browser: turned on from a button alone, with words for every way it can stand. */

import { post, remove } from "../lib/http.js";
import { browserOf, isFor, isInstalled, isPhone, isSupported, stateOf, subscribe, subscription } from "../lib/push.js";
import { refs } from "../lib/dom.js";

const SUBSCRIPTIONS = "/api/v1/push-subscriptions/";

class Push extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { on, off } = refs(this);
    on.addEventListener("click", () => this.#doing(on, () => this.#turnOn()), { signal });
    off.addEventListener("click", () => this.#doing(off, () => this.#turnOff()), { signal });
    addEventListener("focus", () => this.#look(), { signal }); // back from the browser's settings
    const browser = browserOf(navigator.userAgent, navigator.maxTouchPoints);
    for (const words of this.querySelectorAll("[data-browser]")) {
      words.toggleAttribute("hidden", words.getAttribute("data-browser") !== browser);
    }
    this.#look();
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  async #look() {
    const key = this.dataset.key ?? "";
    const supported = isSupported();
    const own = await subscription();
    const state = stateOf({
      ...{ key, supported, subscribed: own !== null && isFor(own, key) },
      permission: supported ? Notification.permission : "default",
      phone: isPhone(navigator.userAgent, navigator.maxTouchPoints),
      installed: isInstalled(),
    });
    this.dataset.state = state;
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) {
      words.hidden = words.dataset.when !== state;
    }
  }

  /**
   * @param {HTMLElement} button
   * @param {() => Promise<void>} act
   */
  async #doing(button, act) {
    const { trouble } = refs(this);
    trouble.hidden = true;
    button.setAttribute("aria-busy", "true");
    await act().catch(() => {
      trouble.hidden = false;
    });
    button.removeAttribute("aria-busy");
    await this.#look();
  }

  async #turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return;
    const own = await subscribe(this.dataset.key ?? "");
    const { id } = await post(SUBSCRIPTIONS, own.toJSON());
    this.dataset.subscription = id;
  }

  /** The server is told first: who is no longer subscribed here could not be told apart from one whose service is down. */
  async #turnOff() {
    const { subscription: id } = this.dataset;
    if (id) await remove(`${SUBSCRIPTIONS}${id}/`).catch((problem) => problem.status === 404 || Promise.reject(problem));
    await (await subscription())?.unsubscribe();
    this.dataset.subscription = "";
  }
}

customElements.define("telemed-push", Push);

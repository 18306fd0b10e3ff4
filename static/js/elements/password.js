/** Shows a password while it is typed, and hides it again before it leaves the page. */
export class Password extends HTMLElement {
  #listening = new AbortController();

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#button.hidden = false;
    this.#button.addEventListener("click", () => this.toggle(), { signal });
    // A browser that remembers what plain fields held must not remember this one.
    this.closest("form")?.addEventListener("submit", () => this.show(false), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  toggle() {
    this.show(this.#input.type === "password");
    this.#input.focus();
  }

  /** @param {boolean} shown */
  show(shown) {
    this.#input.type = shown ? "text" : "password";
    this.#button.setAttribute("aria-pressed", String(shown));
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("[data-ref=toggle]"));
  }
}

customElements.define("telemed-password", Password);

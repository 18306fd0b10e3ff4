/** The right to be one of a call's parties: it lasts 35 seconds and is renewed every ten. */

const RENEWAL = 10_000;
const LIFE = 35_000;

export class CallLease {
  /** @param {() => Promise<unknown>} renew rejects with a `code` when refused @param {(code: string) => void} lose */
  constructor(renew, lose) {
    this.#renew = renew;
    this.#lose = lose;
  }

  /** The server has just granted it. */
  begin() {
    this.#granted = performance.now();
    this.#timer ??= setInterval(() => void this.renew(), RENEWAL);
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#granted = null;
  }

  get held() {
    return this.#granted !== null;
  }

  /**
   * Whether one may go on under this name. When our own clock says no, the server decides: after an outage of
   * its own it gives everybody more time, and who then came under a new name would find their own old one.
   */
  async stands() {
    const lapsed = this.#granted !== null && performance.now() - this.#granted > LIFE;
    return !lapsed || this.renew();
  }

  /** Also called by the server's beats, which arrive when a hidden tab's timers do not. Answers whether it was. */
  async renew() {
    if (this.#granted === null) return false;
    const code = await this.#renew().then(() => null, (error) => error?.code ?? "dropped");
    if (this.#granted === null || code === "dropped") return false;
    if (code) this.#lose(code);
    else this.#granted = performance.now();
    return !code;
  }

  #renew;
  #lose;
  /** @type {number|null} */ #granted = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */ #timer;
}

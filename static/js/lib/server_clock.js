/** The server's time, as far as this page can know it. */

/**
 * What the server says is late by its way here, and by all that the page did before it read it; it
 * is never early. So of everything heard, what puts its clock furthest ahead is nearest the truth:
 * a page that took half a minute to load would count half a minute behind until it hears more.
 */
export class ServerClock {
  #local;
  #ahead = -Infinity;

  /** @param {() => number} [local] milliseconds by a clock that nobody sets */
  constructor(local = () => performance.now()) {
    this.#local = local;
  }

  /** @param {string | null | undefined} at a time of the server's that has come, in ISO 8601 */
  hear(at) {
    const ahead = Date.parse(at ?? "") - this.#local();
    if (ahead > this.#ahead) this.#ahead = ahead;
  }

  /** Milliseconds since 1970; by this device's clock while nothing has been heard. */
  get now() {
    return this.#ahead === -Infinity ? Date.now() : this.#local() + this.#ahead;
  }
}

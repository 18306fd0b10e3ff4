/** Which toasts stand on a page, and how long: the passing ones leave, the others stay. */

const LIFE = 8_000;
const LIMIT = 3;

/** Dispatches `leave`, with the id, for each that is to go. */
export class ToastStack extends EventTarget {
  /** In the order they came. @type {Map<string, {passes: boolean, timer?: ReturnType<typeof setTimeout>}>} */
  #standing = new Map();
  #isHeld = false;

  get ids() {
    return [...this.#standing.keys()];
  }

  /**
   * One that is there already begins anew. Where there are too many, passing ones make room first.
   * @param {string} id
   * @param {boolean} passes
   */
  add(id, passes) {
    clearTimeout(this.#standing.get(id)?.timer);
    this.#standing.delete(id);
    if (this.#standing.size >= LIMIT) this.remove(this.#next());
    this.#standing.set(id, { passes });
    this.#wait(id);
  }

  /** @param {string} id */
  remove(id) {
    const standing = this.#standing.get(id);
    if (!standing) return;
    clearTimeout(standing.timer);
    this.#standing.delete(id);
    this.dispatchEvent(new CustomEvent("leave", { detail: id }));
  }

  /** Someone reads or reaches for one: all have all the time. */
  hold() {
    this.#isHeld = true;
    for (const { timer } of this.#standing.values()) clearTimeout(timer);
  }

  release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const id of this.#standing.keys()) this.#wait(id);
  }

  /** @param {string} id */
  #wait(id) {
    const standing = this.#standing.get(id);
    if (standing?.passes && !this.#isHeld) standing.timer = setTimeout(() => this.remove(id), LIFE);
  }

  #next() {
    const passing = [...this.#standing].find(([, { passes }]) => passes);
    return passing?.[0] ?? this.ids[0];
  }
}

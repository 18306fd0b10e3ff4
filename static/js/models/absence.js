/** What a page was not told while it was out of reach: announced once it is back, by one tab of the browser, and once. */

/** Up to when everything has been announced, by whichever tab; a time, and nothing of anybody. */
const MARK = "telemed-told";

/** @typedef {{id: string, updated_at: string}} Told */

export class Absence {
  #since;
  #marks;
  #isAway = false;
  #latest = 0;
  /** What has come by itself while it was being asked for. @type {Set<string>} */
  #heard = new Set();

  /**
   * @param {number} since when the server wrote this page, in ms
   * @param {Pick<Storage, "getItem" | "setItem">} marks shared by all tabs
   */
  constructor(since, marks) {
    this.#since = since;
    this.#marks = marks;
  }

  /** There was a gap. Until it is closed what is heard says nothing of what came before it. */
  begin() {
    this.#isAway = true;
  }

  /** @param {Told} told */
  hear({ id, updated_at }) {
    if (this.#isAway) this.#heard.add(id);
    this.#latest = Math.max(this.#latest, Date.parse(updated_at));
    if (!this.#isAway) this.#mark();
  }

  /**
   * The gap is closed by all that is unread: answers what of it nobody has announced.
   * @template {Told} T
   * @param {T[]} unread
   * @returns {T[]}
   */
  end(unread) {
    const known = Math.max(this.#since, this.#marked);
    const missed = unread.filter(({ id, updated_at }) => Date.parse(updated_at) > known && !this.#heard.has(id));
    this.#isAway = false;
    for (const each of unread) this.hear(each);
    this.#heard.clear();
    return missed;
  }

  get #marked() {
    return Number(this.#marks.getItem(MARK)) || 0;
  }

  #mark() {
    this.#since = Math.max(this.#since, this.#latest);
    if (this.#since > this.#marked) this.#marks.setItem(MARK, String(this.#since));
  }
}

/** How far each member has received and read: watermarks that only go forward. */

/**
 * @typedef {{id: string, delivered_seq: number, read_seq: number}} Watermarks
 * @typedef {"sent" | "delivered" | "read"} Receipt
 */

export class Receipts {
  #mine;
  #others;
  #reached = { delivered: 0, read: 0 };
  #report;

  /**
   * @param {{me: string, members: Watermarks[], report: (what: "delivered" | "read", seq: number) => void}} options
   */
  constructor({ me, members, report }) {
    this.#mine = members.find(({ id }) => id === me) ?? { id: me, delivered_seq: 0, read_seq: 0 };
    this.#others = members.filter(({ id }) => id !== me).map((member) => ({ ...member }));
    this.#reached = { delivered: this.#mine.delivered_seq, read: this.#mine.read_seq };
    this.#report = report;
  }

  /** How far I had read when the page was made. */
  get readAtFirst() {
    return this.#mine.read_seq;
  }

  /**
   * I have received, or read, everything up to here.
   * @param {"delivered" | "read"} what
   * @param {number} seq
   */
  reach(what, seq) {
    if (seq <= this.#reached[what]) return;
    this.#reached[what] = seq;
    if (what === "read") this.#reached.delivered = Math.max(this.#reached.delivered, seq);
    this.#report(what, seq);
  }

  /** After a reconnect: what was said over a dying socket may not have been heard. */
  repeat() {
    if (this.#reached.delivered > this.#mine.delivered_seq) this.#report("delivered", this.#reached.delivered);
    if (this.#reached.read > this.#mine.read_seq) this.#report("read", this.#reached.read);
  }

  /**
   * Another member's watermark has moved; answers whether that is news.
   * @param {"delivered" | "read"} what
   * @param {string} id
   * @param {number} seq
   */
  move(what, id, seq) {
    const member = this.#others.find((other) => other.id === id);
    if (!member) return false;
    const before = { ...member };
    if (what === "read") member.read_seq = Math.max(member.read_seq, seq);
    member.delivered_seq = Math.max(member.delivered_seq, seq);
    return before.read_seq !== member.read_seq || before.delivered_seq !== member.delivered_seq;
  }

  /**
   * Someone else is here from now on.
   * @param {Watermarks} member
   */
  admit({ id, delivered_seq, read_seq }) {
    if (id === this.#mine.id || this.#others.some((other) => other.id === id)) return;
    this.#others.push({ id, delivered_seq, read_seq });
  }

  /** @param {string} id who is here no more */
  dismiss(id) {
    this.#others = this.#others.filter((other) => other.id !== id);
  }

  /**
   * Who is here, as the server says: others have come or gone while nobody listened.
   * @param {Watermarks[]} members
   */
  know(members) {
    const here = new Set(members.map(({ id }) => id));
    for (const { id } of [...this.#others]) if (!here.has(id)) this.dismiss(id);
    for (const member of members) {
      this.admit(member);
      this.move("delivered", member.id, member.delivered_seq);
      this.move("read", member.id, member.read_seq);
    }
  }

  /**
   * What to say beside a message of mine.
   * @param {number} seq
   * @returns {Receipt}
   */
  of(seq) {
    if (this.#others.length && this.#others.every((member) => member.read_seq >= seq)) return "read";
    if (this.#others.length && this.#others.every((member) => member.delivered_seq >= seq)) return "delivered";
    return "sent";
  }
}

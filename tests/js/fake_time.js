/** A clock that stands until it is moved: timers and dates, the same in every version of Node. */

const real = { setTimeout, clearTimeout, setInterval, clearInterval, Date };

export class FakeTime {
  now = 0;
  #next = 1;
  /** @type {Map<number, {id: number, at: number, every: number | null, run: () => void}>} */
  #timers = new Map();

  /** Takes the place of the real clock until `restore`. */
  constructor() {
    const time = this;
    Object.assign(globalThis, {
      setTimeout: (run, ms = 0, ...words) => this.#add(() => run(...words), ms, null),
      setInterval: (run, ms = 0, ...words) => this.#add(() => run(...words), ms, Math.max(1, ms)),
      clearTimeout: (id) => this.#timers.delete(id),
      clearInterval: (id) => this.#timers.delete(id),
      Date: class extends real.Date {
        constructor(...parts) {
          super(...(parts.length ? parts : [time.now]));
        }

        static now() {
          return time.now;
        }
      },
    });
  }

  /** Moves on, and runs what falls due on the way, in order. */
  tick(ms) {
    const until = this.now + ms;
    for (let due = this.#due(until); due; due = this.#due(until)) {
      this.now = Math.max(this.now, due.at);
      if (due.every === null) this.#timers.delete(due.id);
      else due.at += due.every;
      due.run();
    }
    this.now = until;
  }

  restore() {
    Object.assign(globalThis, real);
  }

  #add(run, ms, every) {
    const id = this.#next++;
    this.#timers.set(id, { id, at: this.now + Math.max(0, ms), every, run });
    return id;
  }

  #due(until) {
    const due = [...this.#timers.values()].filter((timer) => timer.at <= until);
    return due.sort((one, other) => one.at - other.at || one.id - other.id)[0];
  }
}

/** The page of a call that rings for its reader: once nothing is left to answer, it is loaded again. */

/** The device that has answered joins the call before this page may. */
const HEAD_START = 4_000;

export class AnswerPage {
  /** Its form posts to `/calls/<id>/acceptance/`. @type {HTMLFormElement | null} */
  #form = document.querySelector('main form[action$="/acceptance/"]');
  #leaving = false;

  /** The id of the call that the page asks about, if it is such a page. */
  get call() {
    return this.#form?.action.split("/").at(-3);
  }

  /** @param {AbortSignal} signal */
  watch(signal) {
    if (this.call) document.addEventListener("submit", (event) => this.#depart(event), { signal });
  }

  /** @param {string[]} ringing what the server says rings now */
  compare(ringing) {
    if (this.call && !ringing.includes(this.call)) this.#reload();
  }

  /**
   * @param {string} id
   * @param {{answered: boolean}} how
   */
  stopped(id, { answered }) {
    if (id !== this.call) return;
    if (answered) setTimeout(() => this.#reload(), HEAD_START);
    else this.#reload();
  }

  /**
   * The answer given here leads on by itself.
   * @param {SubmitEvent} event
   */
  #depart({ target }) {
    const form = /** @type {HTMLFormElement} */ (target);
    this.#leaving ||= form.action.includes(`/${this.call}/`) && ["", window.name].includes(form.target);
  }

  /** As a new visit: the page of a call that is reloaded takes the call from where it is. */
  #reload() {
    if (!this.#leaving) location.replace(location.href);
  }
}

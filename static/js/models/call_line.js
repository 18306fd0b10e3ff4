/** This tab's part in a call: joins, keeps its lease, and carries signals between socket and transport. */
import { CallLease } from "./call_lease.js";
import { CallParties } from "./call_parties.js";
import { CallServers } from "./call_servers.js";
import { uuid } from "../lib/dom.js";

/** @typedef {import("../wire.js").CallsCallJoined} Joined */
/** @typedef {EventTarget & {send(type: string, data: object): Promise<any>, cast(type: string, data: object): void}} Line */

/**
 * Losing the socket ends nothing: media go on, and the same party joins again when the socket is back.
 * A lost lease, or the wish to begin anew, joins as a new party, which makes both sides build new peers.
 *
 * Events: "joined" (Joined), "taken" (another tab has the call), "moved" (another tab took it),
 * "alerted", "accepted", "over", "refused", "unprotected" (addresses cannot be hidden), "parted" (nobody is here,
 * but comes at once), "left" (nobody is here), "media" ({microphone, camera} of the other), "began" ({at}).
 */
export class CallLine extends EventTarget {
  /**
   * @param {{socket: Line, transport: import("../rtc/transport.js").Transport, names: Record<string, string>,
   *   me: string, ready: Promise<unknown>, reloaded?: boolean, name?: () => string}} options
   *   `ready`: devices are decided, peers may start; `reloaded`: the tab that has the call was this one
   */
  constructor({ socket, transport, names, me, ready, reloaded = false, name = uuid }) {
    super();
    this.#socket = socket;
    this.#transport = transport;
    this.#names = names;
    this.#me = me;
    this.#ready = ready;
    this.#name = name;
    this.#party = name();
    this.#moving = reloaded;
    this.#others = new CallParties(transport, () => this.#emit("left"));
    this.#listen();
  }

  /** Whether the server answers this tab. */ reach = () => this.#lease.renew();
  /** Sees to credentials that are still good. */ freshen = () => this.#servers.freshen();

  /** Joins under a new name, taking the call from whatever tab had it. */
  async take() {
    [this.#moving, this.#away] = [true, false];
    await this.#anew();
  }

  /** What is told to everyone now and to whoever comes later. @param {{microphone: boolean, camera: boolean}} media */
  tell(media) {
    this.#media = media;
    if (this.#lease.held) this.#socket.cast(this.#names.CHANGE_MEDIA, { party_id: this.#party, ...media });
  }

  leave() {
    this.#socket.cast(this.#names.LEAVE_CALL, { party_id: this.#party });
    this.close();
  }

  close() {
    this.#away = true;
    this.#lease.end();
    this.#listeners.abort();
  }

  #socket;
  #transport;
  #names;
  #me;
  #ready;
  #name;
  #party; #others; #moving; #polite = /** @type {?boolean} */ (null);
  #away = false;
  #media = { microphone: false, camera: false };
  /** @type {unknown} */ #head; #owing = false; // a report that was lost on its way
  #listeners = new AbortController();
  #servers = new CallServers(
    () => this.#socket.send(this.#names.RENEW_ICE_SERVERS, { party_id: this.#party }),
    (configuration) => this.#transport.configure(configuration),
  );
  #lease = new CallLease(
    () => this.#socket.send(this.#names.RENEW_LEASE, { party_id: this.#party }).then(() => this.#owing && void this.#report()),
    (code) => (code === "call_over" ? this.#emit("over") : code === "not_joined" && void this.#anew()),
  );

  /** @param {EventTarget} target @param {string} type @param {(detail: any) => void} act */
  #on(target, type, act) {
    const heard = (/** @type {Event} */ event) => act(/** @type {CustomEvent} */ (event).detail);
    target.addEventListener(type, heard, { signal: this.#listeners.signal });
  }

  #listen() {
    const [names, socket] = [this.#names, this.#socket];
    const plain = { [names.CALL_ALERTED]: "alerted", [names.CALL_ACCEPTED]: "accepted", [names.CALL_ENDED]: "over" };
    for (const [name, news] of Object.entries(plain)) this.#on(socket, name, () => this.#emit(news));
    this.#on(socket, "open", async () => (await this.#lease.stands()) && void this.#join());
    this.#on(socket, "beat", (heads) => this.#compare(heads));
    this.#on(socket, names.PARTY_JOINED, (party) => party.person !== this.#me && party.polite !== this.#polite && void this.#meet(party, !party.polite));
    this.#on(socket, names.PARTY_LEFT, ({ party_id, reason }) => {
      if (party_id === this.#party) void this.#anew();
      else if (reason === "lost" ? this.#others.lose(party_id) : this.#others.part(party_id)) this.#emit("left");
    });
    this.#on(socket, names.PARTY_MOVED, ({ party_id }) => {
      if (party_id === this.#party) this.#lose("moved");
      else if (this.#others.part(party_id)) this.#emit("parted");
    });
    this.#on(socket, names.SIGNAL_SENT, ({ from_party, to_party, ...signal }) => {
      // What was on its way to our former name belongs to a connection that is gone.
      if (to_party === this.#party) this.#transport.receive(from_party, signal);
    });
    this.#on(socket, names.MEDIA_CHANGED, ({ party_id, microphone, camera }) => {
      if (this.#others.knows(party_id)) this.#emit("media", { microphone, camera });
    });
    this.#on(this.#transport, "signal", ({ party, ...signal }) => void this.#signal(party, signal));
    this.#on(this.#transport, "state", ({ state }) => state === "connected" && void this.#report());
  }

  /** What the other side knew of us is gone with the old name. */
  async #anew() {
    this.#lease.end();
    this.#transport.reset();
    this.#party = this.#name();
    await this.#join();
  }

  async #join() {
    if (this.#away) return;
    const party = this.#party;
    this.#others.ask();
    try {
      const joined = await this.#socket.send(this.#names.JOIN_CALL, { party_id: party, move: this.#moving });
      if (party === this.#party && !this.#away) this.#enter(joined);
    } catch (error) {
      if (party === this.#party && !this.#away) this.#refuse(error);
    }
  }

  /** @param {Joined} joined */
  #enter(joined) {
    const { parties, polite } = joined;
    const others = parties.filter(({ person }) => person !== this.#me);
    [this.#moving, this.#polite] = [false, polite];
    this.#lease.begin();
    this.#servers.take(joined);
    this.#others.agree(others);
    this.#transport.restart();
    for (const party of others) void this.#meet(party, polite);
    this.#emit(joined.status === "ended" ? "over" : "joined", joined);
  }

  /** @param {unknown} error a drop is no refusal: the next "open" joins; what a group's other has answered is over */
  #refuse(error) {
    const code = /** @type {{code?: string}} */ (error)?.code;
    if (code === "already_elsewhere") this.#lose("taken");
    else if (code === "call_over" || code === "already_answered") this.#emit("over");
    else if (code === "no_relay") this.#lose("unprotected");
    else if (code) this.#emit("refused");
  }

  /** @param {import("./call_parties.js").Party} party @param {boolean} polite */
  async #meet(party, polite) {
    this.#others.meet(party);
    await this.#ready;
    await this.#servers.freshen();
    if (this.#away) return;
    this.#transport.start(party.party_id, { polite });
    this.tell(this.#media);
  }

  /** @param {string} how */
  #lose(how) {
    this.#away = true;
    this.#lease.end();
    this.#transport.reset();
    this.#emit(how);
  }

  async #report() {
    const told = await this.#socket.send(this.#names.REPORT_CONNECTED, { party_id: this.#party }).catch(() => null);
    this.#owing = !told;
    this.#emit("began", { at: told?.connected_at ?? null });
    this.tell(this.#media);
  }

  /** A signal lost with the socket is made good by the restart that follows the next join. @param {string} to @param {import("../rtc/peer.js").Signal} signal */
  async #signal(to, signal) {
    const addressed = { from_party: this.#party, to_party: to, ...signal };
    await this.#socket.send(this.#names.SEND_SIGNAL, addressed).catch(() => {});
  }

  /** A beat whose head moved without an event we saw: joining again is asking how things stand. @param {any} heads */
  #compare({ status }) {
    if (this.#head !== undefined && status !== this.#head) void this.#join();
    this.#head = status;
    void this.#lease.renew();
  }

  /** @param {string} type @param {unknown} [detail] */
  #emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** An RTCPeerConnection made of promises: enough of the state machine to quarrel about. */

let ids = 0;

class FakeTransceiver {
  constructor(kind, direction) {
    this.mid = null;
    this.direction = direction;
    this.receiver = { track: { kind } };
    this.sender = {
      track: null,
      replaceTrack: async (track) => void (this.sender.track = track),
      setStreams() {},
    };
  }
}

export class FakeConnection extends EventTarget {
  signalingState = "stable";
  connectionState = "new";
  iceGatheringState = "new";
  localDescription = null;
  remoteDescription = null;
  added = [];
  rollbacks = 0;
  restarts = 0;
  transceivers = [];

  getTransceivers() {
    return this.transceivers;
  }

  addTransceiver(kind, { direction }) {
    const transceiver = new FakeTransceiver(kind, direction);
    this.transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }

  restartIce() {
    this.restarts += 1;
    this.#need();
  }

  async setLocalDescription() {
    await null;
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.localDescription = { type, sdp: `${type} ${++ids}` };
    this.#turn(type === "offer" ? "have-local-offer" : "stable");
  }

  async setRemoteDescription(description) {
    await null;
    if (this.signalingState === "have-local-offer" && description.type === "offer") this.rollbacks += 1;
    if (this.signalingState === "stable" && description.type === "answer") throw new Error("no offer to answer");
    this.remoteDescription = description;
    if (!this.transceivers.length) this.transceivers = ["audio", "video"].map((kind) => new FakeTransceiver(kind, "recvonly"));
    this.#turn(description.type === "offer" ? "have-remote-offer" : "stable");
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new Error("no description");
    if (candidate.usernameFragment === "unknown") throw new Error("unknown fragment");
    this.added.push(candidate.candidate);
  }

  close() {
    this.signalingState = "closed";
  }

  become(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  setConfiguration(configuration) {
    this.configuration = configuration;
  }

  gather() {
    this.iceGatheringState = "gathering";
    this.dispatchEvent(new Event("icegatheringstatechange"));
  }

  failToFind(errorCode) {
    this.dispatchEvent(Object.assign(new Event("icecandidateerror"), { errorCode }));
  }

  find(candidate) {
    const found = candidate && { candidate, toJSON: () => ({ candidate, sdpMid: "0" }) };
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate: found }));
  }

  #needed = false;

  #need() {
    if (this.#needed) return;
    this.#needed = true;
    queueMicrotask(() => {
      this.#needed = false;
      if (this.signalingState === "stable") this.dispatchEvent(new Event("negotiationneeded"));
    });
  }

  #turn(state) {
    this.signalingState = state;
    this.dispatchEvent(new Event("signalingstatechange"));
  }
}

/** Lets everything that only waits for promises happen. */
export async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await null;
}

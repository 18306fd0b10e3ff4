/** Asks the relay for an address, as a call would: that is all it takes to know whether it can be reached. */

const PATIENCE = 8_000;

/**
 * How many milliseconds it took, or null when none came.
 * @param {RTCIceServer[]} servers
 */
export async function tryRelay(servers) {
  const peer = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: "relay" });
  const began = performance.now();
  try {
    const found = new Promise((/** @type {(ms: number | null) => void} */ done) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate.includes(" typ relay")) done(Math.round(performance.now() - began));
      };
      setTimeout(() => done(null), PATIENCE);
    });
    peer.createDataChannel("trial");
    await peer.setLocalDescription(await peer.createOffer());
    return await found;
  } finally {
    peer.close();
  }
}

/** The two m-lines of every connection, one for sound and one for the picture. */

/** @typedef {"audio"|"video"} Kind */
/** @typedef {{tracks: Record<Kind, MediaStreamTrack|null>, stream: MediaStream|null}} Sent */

const KINDS = /** @type {Kind[]} */ (["audio", "video"]);

/** @param {RTCPeerConnection} connection @param {Kind} kind */
export function transceiverOf(connection, kind) {
  return connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
}

/** The side that offers brings both. @param {RTCPeerConnection} connection @param {Sent} sent */
export function openLines(connection, { tracks, stream }) {
  const streams = stream ? [stream] : [];
  for (const kind of KINDS) connection.addTransceiver(kind, { direction: "sendrecv", streams });
  for (const kind of KINDS) void transceiverOf(connection, kind)?.sender.replaceTrack(tracks[kind]);
}

/** The side that answers fills the same two. @param {RTCPeerConnection} connection @param {Sent} sent */
export async function fillLines(connection, { tracks, stream }) {
  for (const kind of KINDS) {
    const transceiver = transceiverOf(connection, kind);
    if (transceiver?.direction !== "recvonly") continue;
    transceiver.direction = "sendrecv";
    if (stream) transceiver.sender.setStreams?.(stream);
    await transceiver.sender.replaceTrack(tracks[kind]);
  }
}

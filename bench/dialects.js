/** How the two servers are spoken to; everything else about them is the same to the generator. */

/**
 * A dialect reads a frame into one of these, or into nothing.
 * @typedef {{usable?: true, answer?: string, ack?: string, refused?: string,
 *            posted?: {client_id: string, seq: number}, seq?: number}} Heard
 */

/** The headers that a browser on our own page would send. */
export function headers(session) {
  return { Origin: process.env.SITE_URL, Cookie: `__Host-session=${session}` };
}

/** JSON envelopes, by docs/protocol.md. A socket that is open has joined. */
export const ours = {
  path: (conversation) => `/ws/conversations/${conversation}/`,
  isUsableWhenOpen: true,
  post: (ref, client_id, body) =>
    JSON.stringify({ type: "chat.post_message", data: { client_id, body }, ref }),
  hear(frame) {
    const { type, data, ref } = JSON.parse(frame);
    if (type === "chat.message_posted") return { posted: data };
    if (type === "wire.ack") return { ack: ref, seq: data.result.seq };
    if (type === "wire.beat") return { answer: '{"type":"wire.answer_beat"}' };
    return type === "wire.refused" ? { ack: ref, refused: data.code } : {};
  },
};

/** Engine.IO 4 and Socket.IO 5 packets, over WebSocket from the start. */
export const peer = {
  path: () => "/socket.io/?EIO=4&transport=websocket",
  isUsableWhenOpen: false,
  post: (ref, client_id, body) => `42${ref}${JSON.stringify(["post", { client_id, body }])}`,
  hear(frame, conversation) {
    if (frame.startsWith("42")) return { posted: JSON.parse(frame.slice(2))[1] };
    if (frame.startsWith("43")) return heardAck(frame);
    if (frame === "2") return { answer: "3" };
    if (frame.startsWith("40")) return { usable: true };
    if (frame.startsWith("44")) throw new Error(`Refused: ${frame}`);
    return frame[0] === "0" ? { answer: `40${JSON.stringify({ conversation })}` } : {};
  },
};

function heardAck(frame) {
  const start = frame.indexOf("[");
  const [{ result, refused }] = JSON.parse(frame.slice(start));
  return { ack: frame.slice(2, start), seq: result?.seq, refused };
}

/**
 * The peer: Socket.IO 4 on PostgreSQL, doing for a message what our server does for one.
 *
 * Written as one would deploy it: WebSocket only, prepared statements, one statement a message,
 * the documented Redis adapter, and the handshake's request not kept in memory.
 */
import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { createClient } from "redis";
import { Server } from "socket.io";

const { PORT, DATABASE_URL, REDIS_URL, SITE_URL } = process.env;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIMIT = 4000;
const ALREADY_THERE = "23505";

const WHO = {
  name: "who",
  text: `SELECT p.id, p.public_id, p.name, p.initials, p.hue, p.photo
         FROM session s JOIN person p ON p.id = s.person
         WHERE s.key = $1 AND s.expires_at > now() AND p.is_active`,
};

const MEMBERSHIP = {
  name: "membership",
  text: "SELECT FROM member WHERE conversation = $1 AND person = $2 AND left_at IS NULL",
};

// The number is taken under the row's lock, so that who sees a number sees all lower ones. A
// retry finds what was sent before; two retries at once meet the unique constraint.
const POST = {
  name: "post",
  text: `WITH sent AS (
           SELECT id, conversation, seq, body, created_at FROM message
           WHERE author = $2 AND client_id = $3
         ), taken AS (
           UPDATE conversation SET last_seq = last_seq + 1, touched_at = now()
           WHERE id = $1 AND NOT EXISTS (SELECT FROM sent) AND EXISTS (
             SELECT FROM member WHERE conversation = $1 AND person = $2 AND left_at IS NULL)
           RETURNING last_seq
         ), made AS (
           INSERT INTO message (conversation, seq, author, client_id, body)
           SELECT $1, last_seq, $2, $3, $4 FROM taken
           RETURNING id, conversation, seq, body, created_at
         )
         SELECT *, true AS is_new FROM made UNION ALL SELECT *, false FROM sent`,
};

class Refusal extends Error {}

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });

async function one(statement, values) {
  return (await pool.query({ ...statement, values })).rows[0];
}

function sessionOf(headers) {
  return /(?:^|; )__Host-session=([^;]+)/.exec(headers.cookie ?? "")?.[1] ?? "";
}

/** Signs in and finds the conversation before the client hears that it is connected. */
async function enter(socket, next) {
  try {
    const conversation = socket.handshake.auth.conversation;
    if (!UUID.test(conversation)) throw new Refusal("not_found");
    const person = await one(WHO, [sessionOf(socket.handshake.headers)]);
    if (!person) throw new Refusal("sign_in");
    if (!(await one(MEMBERSHIP, [conversation, person.id]))) throw new Refusal("not_found");
    const { id, public_id, ...face } = person;
    socket.data = { id, conversation, author: { id: public_id, ...face } };
    await socket.join(conversation);
    next();
  } catch (error) {
    next(error);
  }
}

async function store(values, attempts = 2) {
  try {
    return await one(POST, values);
  } catch (error) {
    if (error.code !== ALREADY_THERE || attempts < 2) throw error;
    return store(values, attempts - 1);
  }
}

async function post({ id, conversation, author }, { client_id, body } = {}) {
  if (!UUID.test(client_id) || typeof body !== "string") throw new Refusal("bad_frame");
  if (!body.trim() || body.length > LIMIT) throw new Refusal("bad_body");
  const row = await store([conversation, id, client_id, body]);
  if (!row) throw new Refusal("not_found");
  if (row.conversation !== conversation || row.body !== body) throw new Refusal("client_id_reused");
  const { is_new, ...stored } = row;
  const message = { ...stored, changed_seq: row.seq, author, client_id, kind: "text", call: null };
  return { is_new, message };
}

function serve(io, socket) {
  // By default it is kept as long as the socket, for sessions that are read again later.
  socket.conn.request = null;
  socket.on("post", async (command, answer) => {
    try {
      const { is_new, message } = await post(socket.data, command);
      answer({ result: message });
      if (is_new) io.to(message.conversation).emit("posted", message);
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      answer({ refused: error instanceof Refusal ? error.message : "overloaded" });
    }
  });
}

const http = createServer((request, response) => {
  response.writeHead(request.url === "/readyz" ? 200 : 404).end();
});
const publisher = createClient({ url: REDIS_URL });
const subscriber = publisher.duplicate();
for (const client of [publisher, subscriber, pool]) client.on("error", console.error);
await Promise.all([publisher.connect(), subscriber.connect()]);

const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
  adapter: createAdapter(publisher, subscriber),
  allowRequest: (request, answer) => answer(null, request.headers.origin === SITE_URL),
});
io.use(enter);
io.on("connection", (socket) => serve(io, socket));
http.listen(Number(PORT), "127.0.0.1");

process.on("SIGTERM", async () => {
  await io.close();
  process.exit(0);
});

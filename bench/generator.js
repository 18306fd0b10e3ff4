/**
 * The load: opens sockets, posts, and writes down what was acknowledged and delivered.
 *
 * Steered by lines of JSON on standard input, each answered by one line: `connect`, `saturate`,
 * `pace`, `finish`. Whoever steers it measures the servers between the lines.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { WebSocket } from "ws";

import * as dialects from "./dialects.js";

const STALLED_MS = 10_000;
const BODY = "I took the tablets after breakfast as you said, and the dizziness has gone. ";

const [dialectName, rosterFile] = process.argv.slice(2);
const dialect = dialects[dialectName];
/** Both ends of each conversation, one after the other. */
const ends = JSON.parse(readFileSync(rosterFile, "utf8")).flatMap(({ conversation, members }) =>
  members.map((member) => ({ conversation, session: member.session[dialectName] })),
);
const sockets = ends.map(() => null);
/** What arrived at each end: the message's id and its number, in the order of arrival. */
const delivered = ends.map(() => []);
const messages = new Map();
const byRef = [];
let whenOver = () => {};
let underWay = 0;
let progress = 0;

function open(end, port) {
  const { conversation, session } = ends[end];
  const url = `ws://127.0.0.1:${port}${dialect.path(conversation)}`;
  const options = { headers: dialects.headers(session), perMessageDeflate: false };
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`closed with ${code}`)));
    if (dialect.isUsableWhenOpen) socket.on("open", resolve);
    socket.on("message", (frame) => take(end, dialect.hear(frame.toString(), conversation), resolve));
    sockets[end] = socket;
  });
}

function take(end, heard, becomeUsable) {
  if (heard.posted) noteDelivery(end, heard.posted);
  else if (heard.ack) noteAck(byRef[heard.ack], heard);
  else if (heard.answer) sockets[end].send(heard.answer);
  else if (heard.usable) becomeUsable();
}

function noteDelivery(end, { client_id, seq }) {
  delivered[end].push([client_id, seq]);
  const message = messages.get(client_id);
  if (!message) return;
  if (end !== message.end) message.arrivedAt ??= performance.now();
  message.deliveries += 1;
  if (message.deliveries === 2) checkOver(message);
}

function noteAck(message, { seq, refused }) {
  if (refused) message.refused = refused;
  else message.acks.push(seq);
  message.ackedAt = performance.now();
  checkOver(message);
}

function checkOver(message) {
  progress += 1;
  const isOver = message.refused || (message.acks.length && message.deliveries >= 2);
  if (!isOver || message.isOver) return;
  message.isOver = true;
  underWay -= 1;
  whenOver();
}

function post() {
  const ref = byRef.length;
  const end = nextEnd();
  const message = { id: randomUUID(), end, acks: [], deliveries: 0, sentAt: performance.now() };
  messages.set(message.id, message);
  byRef.push(message);
  underWay += 1;
  sockets[end].send(dialect.post(String(ref), message.id, `${BODY}${ref}`));
}

let order = [];

/** Everyone writes equally often, in an order that chance makes: two may write at once. */
function nextEnd() {
  if (!order.length) {
    order = [...sockets.keys()].filter((end) => sockets[end]);
    for (let left = order.length; left > 1; left -= 1) {
      const other = Math.floor(Math.random() * left);
      [order[left - 1], order[other]] = [order[other], order[left - 1]];
    }
  }
  return order.pop();
}

/** Settles when all is sent and over, or when all is sent and nothing has moved for long. */
async function drained(isSent, sendMore) {
  let watch;
  await new Promise((resolve) => {
    let seen = progress;
    watch = setInterval(() => {
      if (isSent() && seen === progress) resolve();
      seen = progress;
    }, STALLED_MS);
    whenOver = () => {
      sendMore();
      if (isSent() && !underWay) resolve();
    };
    sendMore();
  });
  clearInterval(watch);
  whenOver = () => {};
  underWay = 0;
}

async function measured(isSent, sendMore) {
  const from = byRef.length;
  const start = performance.now();
  await drained(isSent, sendMore);
  const seconds = (performance.now() - start) / 1000;
  const sent = byRef.slice(from);
  return {
    seconds,
    messages: sent.length,
    refused: sent.filter((message) => message.refused).length,
    delivery: spread(sent, (message) => message.arrivedAt - message.sentAt),
    ack: spread(sent, (message) => message.ackedAt - message.sentAt),
  };
}

function spread(sent, ofMessage) {
  const sorted = sent.map(ofMessage).filter(Number.isFinite).sort((one, other) => one - other);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Closed loop: always the same number under way. */
function saturate({ messages: most, outstanding, seconds }) {
  const end = performance.now() + seconds * 1000;
  let left = most;
  const isSent = () => left === 0 || performance.now() > end;
  const sendMore = () => {
    for (; underWay < outstanding && !isSent(); left -= 1) post();
  };
  return measured(isSent, sendMore);
}

/** Open loop: at this rate, whatever the server does. */
function pace({ messages: most, rate, seconds }) {
  const count = Math.min(most, rate * seconds);
  const start = performance.now();
  let sent = 0;
  const sendDue = () => {
    const due = Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000) + 1);
    for (; sent < due; sent += 1) post();
    if (sent < count) setTimeout(sendDue, start + (sent * 1000) / rate - performance.now());
  };
  setTimeout(sendDue);
  return measured(() => sent === count, () => {});
}

/** With several ports, the ends of a conversation are on different ones. */
async function connect({ first, beyond, at_once, ports }) {
  const start = performance.now();
  const waiting = Array.from({ length: beyond - first }, (_, place) => first + place);
  const worker = async () => {
    while (waiting.length) {
      const end = waiting.shift();
      await open(end, ports[end % ports.length]);
    }
  };
  await Promise.all(Array.from({ length: at_once }, worker));
  return { seconds: (performance.now() - start) / 1000 };
}

function finish({ record }) {
  const sent = byRef.map(({ id, end, acks }) => ({ id, end, acks }));
  writeFileSync(record, JSON.stringify({ sent, delivered }));
  return {};
}

const verbs = { connect, saturate, pace, finish };
for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...options } = JSON.parse(line);
  console.log(JSON.stringify(await verbs[verb](options)));
}

"""The express lane of posting, on PostgreSQL: a whole batch by one statement, on the event loop.

It does what `append_all` does, for texts, in one round trip and without a thread. Whatever is
unusual (someone who is not a member, a retry, a deadlock, a database that is away) it leaves
undone, and the caller takes the ordinary way, where each post is looked at by itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from chat.events import MessagePosted
from chat.models import Group, Message, Post, lists, message_of, notice_of, runs_of
from notifications.badges import badges_soon
from notifications.models import Notice, posted
from telemed.hub import hub
from telemed.postgres import Connection
from telemed.wire import frames_of

# What each part is for:
# - bad: posts that need a closer look; if there is one, nothing at all is written;
# - locked: the conversations in the order of their ids, so that two batches never wait for each
#   other; held to the end of the statement, so that whoever sees a number sees all lower ones;
# - taken, made: the numbers, and the messages under them;
# - raised: who had everything before has everything still, and what was drafted is now sent;
# - told: one unread notification for each conversation and recipient, about the last message.
# `r` is what `runs_of` says, counted from the first message of the batch in its conversation.
STATEMENT = """
WITH wanted AS (
  SELECT * FROM unnest(
    %(ids)s::uuid[], %(conversations)s::uuid[], %(nths)s::bigint[], %(authors)s::bigint[],
    %(client_ids)s::uuid[], %(bodies)s::text[], %(senders)s::text[], %(urls)s::text[]
  ) WITH ORDINALITY AS w
    (id, conversation_id, nth, author_id, client_id, body, sender, url, place)
), present AS (
  SELECT m.id, m.conversation_id, m.person_id, p.public_id, p.is_active, p.language
  FROM chat_member m JOIN accounts_user p ON p.id = m.person_id
  WHERE m.conversation_id = ANY(%(conversations)s::uuid[]) AND m.left_at IS NULL
), bad AS (
  SELECT FROM wanted w WHERE NOT EXISTS (
    SELECT FROM present p WHERE p.conversation_id = w.conversation_id
    AND p.person_id = w.author_id
  ) OR NOT EXISTS (
    SELECT FROM present p WHERE p.conversation_id = w.conversation_id
    AND p.person_id <> w.author_id AND p.is_active
  )
), locked AS MATERIALIZED (
  SELECT id FROM chat_conversation
  WHERE id = ANY(%(conversations)s::uuid[]) AND NOT EXISTS (SELECT FROM bad)
  ORDER BY id FOR NO KEY UPDATE
), taken AS (
  UPDATE chat_conversation c SET last_seq = c.last_seq + counted.number, touched_at = %(now)s
  FROM locked, (SELECT conversation_id, count(*) AS number FROM wanted GROUP BY 1) AS counted
  WHERE c.id = locked.id AND c.id = counted.conversation_id
  RETURNING c.id, c.last_seq - counted.number AS before
), made AS (
  INSERT INTO chat_message
  (id, conversation_id, seq, changed_seq, author_id, client_id, kind, body, call, created_at)
  SELECT w.id, w.conversation_id, t.before + w.nth, t.before + w.nth, w.author_id, w.client_id,
    'text', w.body, NULL, %(now)s
  FROM wanted w JOIN taken t ON t.id = w.conversation_id
  RETURNING id, seq
), raised AS (
  UPDATE chat_member m SET draft = '',
    read_seq = CASE WHEN m.read_seq = t.before + r.before THEN t.before + r.last
      ELSE m.read_seq END,
    delivered_seq = CASE WHEN m.delivered_seq = t.before + r.before THEN t.before + r.last
      ELSE m.delivered_seq END
  FROM taken t, unnest(
    %(run_conversations)s::uuid[], %(run_authors)s::bigint[], %(befores)s::bigint[],
    %(lasts)s::bigint[]
  ) AS r (conversation_id, author_id, before, last)
  WHERE t.id = r.conversation_id AND m.conversation_id = r.conversation_id
  AND m.person_id = r.author_id
), told AS (
  INSERT INTO notifications_notification
  (id, recipient_id, kind, key, open_key, context, url, urgent, created_at, updated_at, read_at)
  SELECT DISTINCT ON (w.conversation_id, p.person_id) gen_random_uuid(), p.person_id, 'message',
    'conversation:' || w.conversation_id, 'conversation:' || w.conversation_id,
    jsonb_build_object('sender', w.sender), w.url,
    false, %(now)s, %(now)s, NULL::timestamptz
  FROM wanted w JOIN taken t ON t.id = w.conversation_id
  JOIN present p ON p.conversation_id = w.conversation_id AND p.person_id <> w.author_id
  ORDER BY w.conversation_id, p.person_id, w.place DESC
  ON CONFLICT (recipient_id, open_key) DO UPDATE SET
    kind = excluded.kind, context = excluded.context, url = excluded.url,
    urgent = excluded.urgent, updated_at = excluded.updated_at
  RETURNING id, recipient_id, context, url
)
SELECT
  (SELECT array_agg(m.seq ORDER BY w.place) FROM made m JOIN wanted w ON w.id = m.id),
  (SELECT array_agg(id) FROM present),
  (SELECT array_agg(ARRAY[n.id::text, p.public_id::text, p.language, n.url, n.context->>'sender'])
    FROM told n JOIN accounts_user p ON p.id = n.recipient_id),
  (SELECT array_agg(recipient_id) FROM told)
"""

connection = Connection()


class Unusual(Exception):
    """Something about this batch needs a closer look; nothing of it was written."""


async def commit(posts: Sequence[Post]) -> list[MessagePosted]:
    """Adds texts, and tells everyone; they are on disk when this returns.

    Raises Unusual, and what psycopg raises: the ordinary way finds out what was written.
    """
    messages = numbered_by_place(posts)
    [row] = await connection.ask(STATEMENT, values_of(messages))
    numbers, members, told, recipients = row
    if numbers is None:
        raise Unusual
    for message, number in zip(messages, numbers, strict=True):
        message.seq = message.changed_seq = number
    events = [message.as_event() for message in messages]
    hub.tell(frames_of((event, Group(event.conversation)) for event in events))
    hub.tell(frames_of(notified(told or [], messages[0].created_at)))
    lists.add(members)
    badges_soon.add(recipients or [])
    return events


def numbered_by_place(posts: Sequence[Post]) -> list[Message]:
    """The posts as messages, numbered from 1 in each conversation until the real numbers come."""
    now, places = timezone.now(), Counter[UUID]()
    messages = []
    for post in posts:
        places[post.conversation_id] += 1
        messages.append(message_of(post, places[post.conversation_id], now))
    return messages


def values_of(messages: Sequence[Message]) -> dict[str, Any]:
    """The parameters of the statement: arrays, so that it is the same for every batch."""
    notices = [notice_of(message, ()) for message in messages]
    conversations, authors, befores, lasts, _ = zip(*runs_of(messages), strict=True)
    return {
        "now": messages[0].created_at,
        "ids": [each.id for each in messages],
        "conversations": [each.conversation_id for each in messages],
        "nths": [each.seq for each in messages],
        "authors": [each.author_id for each in messages],
        "client_ids": [each.client_id for each in messages],
        "bodies": [each.body for each in messages],
        "senders": [notice.context["sender"] for notice in notices],
        "urls": [notice.url for notice in notices],
        "run_conversations": list(conversations),
        "run_authors": list(authors),
        "befores": list(befores),
        "lasts": list(lasts),
    }


def notified(told: Sequence[Sequence[str]], now: datetime) -> Iterator[Any]:
    """What open pages of the recipients show, each in its language."""
    for id_, public_id, language, url, sender in told:
        notice = Notice((), "message", url, "", {"sender": sender})
        yield posted(UUID(id_), notice, language, now), Person(public_id)


@dataclass(frozen=True, slots=True)
class Person:
    """The pages of someone who has not been loaded."""

    public_id: str

    @property
    def group(self) -> str:
        return f"person.{self.public_id}"

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
from uuid import UUID, uuid4

import msgspec
from django.utils import timezone

from accounts.models import group_of
from chat.events import Author, MessagePosted
from chat.models import Group, Message, Post, lists, runs_of, url_of
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
  SELECT * FROM json_to_recordset(%(messages)s) AS w (
    id uuid, place int, conversation_id uuid, nth int, author_id bigint, client_id uuid,
    body text, sender text, url text)
), present AS (
  SELECT m.id, m.conversation_id, m.person_id, p.public_id, p.is_active, p.language
  FROM (SELECT DISTINCT conversation_id FROM wanted) w
  CROSS JOIN LATERAL (
    SELECT id, conversation_id, person_id FROM chat_member
    WHERE conversation_id = w.conversation_id AND left_at IS NULL OFFSET 0
  ) m JOIN accounts_user p ON p.id = m.person_id
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
  WHERE id IN (SELECT conversation_id FROM wanted) AND NOT EXISTS (SELECT FROM bad)
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
  FROM taken t, json_to_recordset(%(runs)s) AS r (
    conversation_id uuid, author_id bigint, before int, last int)
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
    letters, now = letters_of(posts), timezone.now()
    [row] = await connection.ask(STATEMENT, values_of(letters, now))
    numbers, members, told, recipients = row
    if numbers is None:
        raise Unusual
    events = [posted_as(*each, now) for each in zip(letters, numbers, strict=True)]
    frames = frames_of((event, Group(event.conversation)) for event in events)
    hub.tell(frames + frames_of(notified(told or [], now)))
    lists.add(members)
    badges_soon.add(recipients or [])
    return events


@dataclass(frozen=True, slots=True)
class Letter:
    """A post with an id, numbered from 1 in its conversation until the real number comes."""

    id: UUID
    nth: int
    post: Post


def letters_of(posts: Sequence[Post]) -> list[Letter]:
    places, letters = Counter[UUID](), []
    for post in posts:
        places[post.conversation_id] += 1
        letters.append(Letter(uuid4(), places[post.conversation_id], post))
    return letters


def values_of(letters: Sequence[Letter], now: datetime) -> dict[str, Any]:
    """The parameters of the statement, which is the same for every batch."""
    rows = [row_of(*each) for each in enumerate(letters)]
    runs = runs_of((each.post.conversation_id, each.post.author.pk, each.nth) for each in letters)
    wrote = [
        {"conversation_id": conversation, "author_id": author, "before": before, "last": last}
        for (conversation, author), (before, last) in runs.items()
    ]
    return {"now": now, "messages": text(rows), "runs": text(wrote)}


def row_of(place: int, letter: Letter) -> dict[str, Any]:
    post = letter.post
    return {
        "place": place,
        "id": letter.id,
        "conversation_id": post.conversation_id,
        "nth": letter.nth,
        "author_id": post.author.pk,
        "client_id": post.client_id,
        "body": post.body,
        "sender": post.author.display_name,
        "url": url_of(post.conversation_id),
    }


def posted_as(letter: Letter, number: int, now: datetime) -> MessagePosted:
    """What `Message.as_event` says of it once it is loaded."""
    post = letter.post
    return MessagePosted(
        id=letter.id,
        conversation=post.conversation_id,
        seq=number,
        changed_seq=number,
        author=Author(**post.author.face),
        client_id=post.client_id,
        kind=str(Message.Kind.TEXT),
        body=post.body,
        created_at=now,
        call=None,
    )


def text(rows: list[dict[str, Any]]) -> str:
    """Rows as one parameter: arrays of each column cost several times as much to put together."""
    return msgspec.json.encode(rows).decode()


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
        return group_of(self.public_id)

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

from accounts.models import Pages
from chat.events import Author, MessagePosted
from chat.kinds import MESSAGE
from chat.models import Group, Message, Post, heard, lists, runs_of, url_of
from notifications.badges import badges_soon
from notifications.kinds import kinds
from notifications.models import Notice, posted
from notifications.models.renewing import FIRST_LOOK, RENEWED
from telemed.hub import hub
from telemed.postgres import Question
from telemed.wire import frames_of

# What each part is for:
# - wanted, touched, runs: the messages, the conversations in the order of their ids, and what
#   `runs_of` says, counted from the first message of the batch in its conversation;
# - bad: authors who need a closer look; if there is one, nothing at all is written;
# - taken, made: the numbers, and the messages under them. Two batches take conversations in the
#   same order; whoever sees a number sees all lower ones, for the row stays locked to the end;
# - raised: who had everything before has everything still, and what was drafted is now sent;
# - told: one unread notification for each conversation and recipient, about the last message.
# LIMIT and OFFSET 0 keep the planner from turning a look into an index into a walk over a table;
# `raised` finds the author's row by its key, not among all conversations of a busy doctor.
STATEMENT = f"""
(timestamptz, timestamptz, json, json, json) AS WITH wanted AS (
  SELECT * FROM json_to_recordset($3) AS w (
    id uuid, conversation_id uuid, nth int, author_id bigint, client_id uuid, body text)
), touched AS (
  SELECT * FROM json_to_recordset($4) AS t (conversation_id uuid, number int)
), runs AS (
  SELECT * FROM json_to_recordset($5) AS r (
    place int, conversation_id uuid, author_id bigint, before int, last int, sender text, url text)
), present AS (
  SELECT m.id, m.conversation_id, m.person_id, p.public_id, p.is_active, p.language,
    coalesce(m.muted_until > $1, false) AS is_muted
  FROM touched t CROSS JOIN LATERAL (
    SELECT id, conversation_id, person_id, muted_until FROM chat_member
    WHERE conversation_id = t.conversation_id AND left_at IS NULL OFFSET 0
  ) m JOIN accounts_user p ON p.id = m.person_id
), bad AS (
  SELECT FROM runs r WHERE NOT EXISTS (
    SELECT FROM present p WHERE p.conversation_id = r.conversation_id
    AND p.person_id = r.author_id
  ) OR NOT EXISTS (
    SELECT FROM present p WHERE p.conversation_id = r.conversation_id
    AND p.person_id <> r.author_id AND p.is_active
  ) AND EXISTS (
    SELECT FROM chat_conversation c WHERE c.id = r.conversation_id AND c.kind = 'direct'
  )
), taken AS (
  UPDATE chat_conversation c SET last_seq = c.last_seq + t.number, touched_at = $1
  FROM touched t WHERE c.id = t.conversation_id AND NOT EXISTS (SELECT FROM bad)
  RETURNING c.id, c.last_seq - t.number AS before
), made AS (
  INSERT INTO chat_message
  (id, conversation_id, seq, changed_seq, author_id, client_id, kind, body, call, created_at)
  SELECT w.id, w.conversation_id, t.before + w.nth, t.before + w.nth, w.author_id, w.client_id,
    'text', w.body, NULL, $1
  FROM wanted w JOIN taken t ON t.id = w.conversation_id
), raised AS (
  UPDATE chat_member m SET draft = '',
    read_seq = CASE WHEN m.read_seq = t.before + r.before THEN t.before + r.last
      ELSE m.read_seq END,
    delivered_seq = CASE WHEN m.delivered_seq = t.before + r.before THEN t.before + r.last
      ELSE m.delivered_seq END
  FROM taken t, runs r, present p
  WHERE t.id = r.conversation_id AND p.conversation_id = r.conversation_id
  AND p.person_id = r.author_id AND m.id = p.id
), told AS (
  INSERT INTO notifications_notification AS n
  (id, recipient_id, kind, key, open_key, context, url, urgent, silent, created_at, updated_at,
    read_at, due_at, again_at)
  SELECT DISTINCT ON (r.conversation_id, p.person_id) gen_random_uuid(), p.person_id, 'message',
    'conversation:' || r.conversation_id, 'conversation:' || r.conversation_id,
    jsonb_build_object('sender', r.sender), r.url, false, p.is_muted, $1, $1,
    NULL::timestamptz, {FIRST_LOOK.format(person="p.person_id", now="$1", later="$2")},
    NULL::timestamptz
  FROM runs r JOIN taken t ON t.id = r.conversation_id
  JOIN present p ON p.conversation_id = r.conversation_id AND p.person_id <> r.author_id
  ORDER BY r.conversation_id, p.person_id, r.place DESC
  ON CONFLICT (recipient_id, open_key) DO UPDATE SET {RENEWED}
  RETURNING id, recipient_id, context, url, silent
)
SELECT json_build_object(
  'before', (SELECT json_object_agg(id, before) FROM taken),
  'told', (SELECT json_agg(json_build_array(n.id, p.id, p.public_id, p.language, n.url,
    n.context->>'sender', n.silent)) FROM told n JOIN accounts_user p ON p.id = n.recipient_id),
  'looking', (SELECT json_agg(json_build_array(m.id, m.person_id)) FROM present m WHERE (
    SELECT true FROM accounts_presencelease l
    WHERE l.user_id = m.person_id AND l.expires_at > $1 LIMIT 1))
)
"""  # noqa: S608 - put together from our own words only

question = Question(STATEMENT)


# Id, recipient by both keys, language, address, sender, whether it is silent.
Told = tuple[UUID, int, UUID, str, str, str, bool]


class Written(msgspec.Struct):
    """What the statement answers: the last number of each conversation before the batch, if
    anything was written, and who is to be told.

    `looking` are the members, and who they are, that have a page open: lists are for them alone,
    and badges for the recipients among them.
    """

    before: dict[UUID, int] | None = None
    told: list[Told] | None = None
    looking: list[tuple[int, int]] | None = None


_encode, _written = msgspec.json.Encoder().encode, msgspec.json.Decoder(Written)


class Unusual(Exception):
    """Something about this batch needs a closer look; nothing of it was written."""


async def commit(posts: Sequence[Post]) -> list[MessagePosted]:
    """Adds texts, and tells everyone; they are on disk when this returns.

    Raises Unusual, and what psycopg raises: the ordinary way finds out what was written.
    """
    letters, now = letters_of(posts), timezone.now()
    answer = await question.ask(*values_of(letters, now))
    written = _written.decode(answer or b"{}")
    if written.before is None:
        raise Unusual
    before = written.before
    events = [posted_as(each, before[each.post.conversation_id], now) for each in letters]
    hub.tell(frames_of((event, Group(event.conversation)) for event in events))
    heard.add(before)
    told = written.told or []
    hub.tell(frames_of(notified(told, now)))
    if written.looking:
        recipients = {recipient for _, recipient, *_ in told}
        lists.add(member for member, _ in written.looking)
        badges_soon.add(recipients.intersection(person for _, person in written.looking))
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


def values_of(letters: Sequence[Letter], now: datetime) -> tuple[bytes, ...]:
    """The parameters of the statement, which is the same for every batch.

    Rows travel as JSON: arrays of each column cost several times as much to put together.
    """
    touched = Counter(each.post.conversation_id for each in letters)
    rows = ([row_of(each) for each in letters], touched_rows(touched), run_rows(letters))
    times = (now, now + kinds[MESSAGE.name].delay_without_device)
    return *(each.isoformat().encode() for each in times), *(_encode(each) for each in rows)


def row_of(letter: Letter) -> dict[str, Any]:
    post = letter.post
    return {
        "id": letter.id,
        "conversation_id": post.conversation_id,
        "nth": letter.nth,
        "author_id": post.author.pk,
        "client_id": post.client_id,
        "body": post.body,
    }


def touched_rows(touched: Counter[UUID]) -> list[dict[str, Any]]:
    pairs = sorted(touched.items())
    return [{"conversation_id": key, "number": number} for key, number in pairs]


def run_rows(letters: Sequence[Letter]) -> list[dict[str, Any]]:
    """Each author in each conversation, with the place of their last message in the batch."""
    runs = runs_of((each.post.conversation_id, each.post.author.pk, each.nth) for each in letters)
    last_of = {(each.post.conversation_id, each.post.author.pk): each for each in letters}
    return [
        {
            "place": last_of[key].nth,
            "conversation_id": key[0],
            "author_id": key[1],
            "before": before,
            "last": last,
            "sender": last_of[key].post.author.announced_name,
            "url": url_of(key[0]),
        }
        for key, (before, last) in runs.items()
    ]


def posted_as(letter: Letter, before: int, now: datetime) -> MessagePosted:
    """What `Message.as_event` says of it once it is loaded."""
    post, number = letter.post, before + letter.nth
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


def notified(told: Sequence[Told], now: datetime) -> Iterator[Any]:
    """What open pages of the recipients show, each in its language."""
    for id_, _, public_id, language, url, sender, silent in told:
        notice = Notice((), MESSAGE.name, url, "", {"sender": sender})
        yield posted(id_, notice, language, now, silent=silent), Pages(public_id)

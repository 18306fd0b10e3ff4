"""The statement of the express lane: a batch of texts and what follows, in one round trip.

There are two of it, with the same parts: one for any number of messages, one for a single one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from chat.kinds import MESSAGE, told_as
from chat.models import Post, runs_of, url_of
from notifications.kinds import kinds
from notifications.models.renewing import FIRST_LOOK, RENEWED
from telemed.postgres import Question

# What each part is for:
# - wanted, touched, runs: the messages, the conversations in the order of their ids, and what
#   `runs_of` says, counted from the first message of the batch in its conversation;
# - bad: authors who need a closer look; if there is one, nothing at all is written;
# - taken, made: the numbers, and the messages under them. Two batches take conversations in the
#   same order; whoever sees a number sees all lower ones, for the row stays locked to the end;
# - raised: who had everything before has everything still, and what was drafted is now sent;
# - told: one unread notification for each conversation and recipient, about the last message and
#   how many others have written.
# A batch of one message has the same parts, written without the machinery for many: an eighth
# less time for what is most batches when it is calm.
# LIMIT and OFFSET 0 keep the planner from turning a look into an index into a walk over a table;
# `raised` finds the author's row by its key, not among all conversations of a busy doctor.
MANY = """
(timestamptz, timestamptz, json, json, json, json) AS WITH wanted AS (
  SELECT * FROM json_to_recordset($4) AS w (
    id uuid, conversation_id uuid, nth int, author_id bigint, client_id uuid, body text)
), touched AS (
  SELECT * FROM json_to_recordset($5) AS t (conversation_id uuid, number int)
), runs AS (
  SELECT * FROM json_to_recordset($6) AS r (
    place int, conversation_id uuid, author_id bigint, before int, last int, written int,
    sender jsonb, url text)
)"""
ONE = """
(timestamptz, timestamptz, json, uuid, uuid, bigint, uuid, text, jsonb, text) AS
WITH wanted AS NOT MATERIALIZED (
  SELECT $4 AS id, $5 AS conversation_id, 1 AS nth, $6 AS author_id, $7 AS client_id, $8 AS body
), touched AS NOT MATERIALIZED (
  SELECT $5 AS conversation_id, 1 AS number
), runs AS NOT MATERIALIZED (
  SELECT 1 AS place, $5 AS conversation_id, $6 AS author_id, 0 AS before, 1 AS last,
    $9 AS sender, $10 AS url
)"""
STATEMENT = f"""{{start}}, present AS (
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
  RETURNING c.id, c.last_seq - t.number AS before, c.kind, t.number
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
  (id, recipient_id, kind, key, open_key, number, context, url, urgent, silent, created_at,
    updated_at, read_at, due_at, again_at)
  SELECT {{distinct}} gen_random_uuid(), p.person_id,
    coalesce($3->>t.kind, '{MESSAGE.name}'), 'conversation:' || r.conversation_id,
    'conversation:' || r.conversation_id, {{number}}, r.sender, r.url, false, p.is_muted, $1,
    $1, NULL::timestamptz, {FIRST_LOOK.format(person="p.person_id", now="$1", later="$2")},
    NULL::timestamptz
  FROM runs r JOIN taken t ON t.id = r.conversation_id
  JOIN present p ON p.conversation_id = r.conversation_id AND p.person_id <> r.author_id
  {{own}}
  {{order}}
  ON CONFLICT (recipient_id, open_key) DO UPDATE SET {RENEWED}
  RETURNING id, recipient_id, open_key, kind, number, context, url, silent
)
SELECT json_build_object(
  'before', (SELECT json_object_agg(id, before) FROM taken),
  'told', (SELECT json_agg(json_build_array(n.id, p.person_id, p.public_id, p.language,
    n.url, n.context, n.silent, n.kind, n.number)) FROM told n JOIN present p
    ON p.person_id = n.recipient_id AND n.open_key = 'conversation:' || p.conversation_id),
  'looking', (SELECT json_agg(json_build_array(m.id, m.person_id)) FROM present m WHERE (
    SELECT true FROM accounts_presencelease l
    WHERE l.user_id = m.person_id AND l.expires_at > $1 LIMIT 1))
)
"""  # noqa: S608 - put together from our own words only

ONE_FOR_EACH = {
    "distinct": "DISTINCT ON (r.conversation_id, p.person_id)",
    "order": "ORDER BY r.conversation_id, p.person_id, r.place DESC",
    "number": "t.number - coalesce(own.written, 0)",
    "own": """LEFT JOIN runs own
    ON own.conversation_id = r.conversation_id AND own.author_id = p.person_id""",
}
question = Question(
    STATEMENT.format(start=ONE, distinct="", order="", number="1", own=""),
    STATEMENT.format(start=MANY, **ONE_FOR_EACH),
)
FOR_ONE, FOR_MANY = range(2)

_encode = msgspec.json.Encoder().encode


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


async def ask(letters: Sequence[Letter], now: datetime) -> bytes | None:
    """Writes them, and answers with JSON (`express.Written`); raises psycopg.Error."""
    if len(letters) == 1:
        return await question.ask(*setting(now), *values_of(letters[0]), which=FOR_ONE)
    return await question.ask(*setting(now), *rows_of(letters), which=FOR_MANY)


def setting(now: datetime) -> Iterator[bytes]:
    """Now, when the ladder first looks at people who have no device, and as what they are told."""
    later = now + kinds[MESSAGE.name].delay_without_device
    yield from (each.isoformat().encode() for each in (now, later))
    yield _encode(told_as)


def values_of(letter: Letter) -> Iterator[bytes]:
    """A single message, column by column."""
    post = letter.post
    values = (letter.id, post.conversation_id, post.author.pk, post.client_id, post.body)
    yield from (str(each).encode() for each in values)
    yield _encode(post.author.as_sender)
    yield url_of(post.conversation_id).encode()


def rows_of(letters: Sequence[Letter]) -> Iterator[bytes]:
    """Many, as JSON: arrays of each column cost several times as much to put together."""
    touched = Counter(each.post.conversation_id for each in letters)
    rows = ([row_of(each) for each in letters], touched_rows(touched), run_rows(letters))
    return (_encode(each) for each in rows)


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
    """Each author in each conversation, with how many they wrote and the place of the last."""
    runs = runs_of((each.post.conversation_id, each.post.author.pk, each.nth) for each in letters)
    last_of = {(each.post.conversation_id, each.post.author.pk): each for each in letters}
    written = Counter((each.post.conversation_id, each.post.author.pk) for each in letters)
    return [
        {
            "place": last_of[key].nth,
            "conversation_id": key[0],
            "author_id": key[1],
            "before": before,
            "last": last,
            "written": written[key],
            "sender": last_of[key].post.author.as_sender,
            "url": url_of(key[0]),
        }
        for key, (before, last) in runs.items()
    ]

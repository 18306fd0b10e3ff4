"""The statement by which people are told: one unread row for each thing, made or renewed."""

# When the ladder first looks. Most people have no device to push to, and nothing can be done for
# them before the next step: looking at each of their notifications at once, in vain, would cost
# as much as the posting of messages itself.
FIRST_LOOK = """CASE WHEN EXISTS (
SELECT 1 FROM notifications_pushsubscription s WHERE s.person_id = {person}
) THEN {now} ELSE {later} END"""

# A renewal may bring the next step forward, but not to before another push is allowed: else every
# line someone writes would cost a look. It never puts a step off.
WANTED = """CASE WHEN n.kind = excluded.kind AND n.again_at > excluded.due_at
THEN n.again_at ELSE excluded.due_at END"""
RENEWED = f"""
number = CASE WHEN n.kind = excluded.kind THEN n.number ELSE 0 END + excluded.number,
kind = excluded.kind, context = excluded.context, url = excluded.url, urgent = excluded.urgent,
silent = excluded.silent, updated_at = excluded.updated_at,
due_at = CASE WHEN n.due_at < {WANTED} THEN n.due_at ELSE {WANTED} END
"""

UPSERT = f"""
INSERT INTO notifications_notification AS n
(id, recipient_id, kind, key, open_key, number, context, url, urgent, silent, created_at,
updated_at, read_at, due_at, again_at)
VALUES {{rows}}
ON CONFLICT (recipient_id, open_key) DO UPDATE SET {RENEWED}
RETURNING id, recipient_id, open_key, number
"""  # noqa: S608 - put together from our own words only

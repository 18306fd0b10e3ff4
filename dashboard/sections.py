"""The sections of the inbox: live calls, missed ones, what is unread, what was last."""

from dataclasses import replace
from operator import attrgetter

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from calls.models import Call, Kind
from calls.sides import Side
from calls.telling import note
from chat.models import Conversation, Message
from dashboard.inbox import ROWS, Action, Inbox, Row, section
from helpline.telling import desk_url
from notifications.kinds import kinds
from notifications.models import Notification
from notifications.security import as_seen_from
from notifications.topics import kinds_of

CALLING = {
    Kind.AUDIO: _("Incoming audio call"),
    Kind.VIDEO: _("Incoming video call"),
    Kind.EMERGENCY: _("Emergency: somebody needs help now"),
}
LIVE = {
    Kind.AUDIO: _("Audio call, live now"),
    Kind.VIDEO: _("Video call, live now"),
    Kind.EMERGENCY: _("Emergency call, live now"),
}


@section(name="live", title=_("Now"), order=0, more="calls:list", more_title=_("All calls"))
def live(inbox: Inbox) -> list[Row]:
    """Calls to answer or to join."""
    return [_live_row(call, inbox) for call in inbox.calls if call.is_live]


def _live_row(call: Call, inbox: Inbox) -> Row:
    side = Side(call, inbox.person)
    label = _("Answer") if side.rings_me else _("Join")
    text = (CALLING if side.rings_me else LIVE)[Kind(call.kind)]
    url = call.get_absolute_url()
    action = Action(label=label, icon="phone", url=url, is_call=True, is_urgent=True)
    return _call_row(side, str(text), action)


@section(
    name="missed",
    title=_("Missed calls"),
    order=10,
    more="calls:list",
    query="?show=missed",
    more_title=_("All missed calls"),
)
def missed(inbox: Inbox) -> list[Row]:
    """One row for each caller of whom this person has not taken notice since."""
    return [_missed_row(call, inbox) for call in inbox.missed]


def _missed_row(call: Call, inbox: Inbox) -> Row:
    row = _ended_row(call, inbox)
    key = f"missed-{call.started_by.public_id}"
    action = replace(row.action, label=_("Call back"))
    return replace(row, key=key, action=action, is_missed=True, is_waiting=True)


def _answered_row(call: Call, inbox: Inbox) -> Row:
    row = _ended_row(call, inbox)
    text = gettext("%(call)s, replied since") % {"call": row.text}
    return replace(row, key=f"answered-{call.started_by.public_id}", text=text)


def _gathered_text(call: Call, text: str) -> str:
    words = ngettext("%(count)s missed call", "%(count)s missed calls", call.number)
    return text if call.number == 1 else words % {"count": call.number}


def _ended_row(call: Call, inbox: Inbox) -> Row:
    side = Side(call, inbox.person)
    outcome = Message(call={"kind": call.kind, "end_reason": call.end_reason})
    text = outcome.own_call_title if side.is_outgoing else outcome.call_title
    text = _gathered_text(call, text) if side.is_missed else text
    action = Action(
        label=_("Call"),
        icon="video" if call.kind == Kind.VIDEO else "phone",
        url=reverse("calls:list"),
        posts=True,
        fields={"conversation": call.conversation_id, "kind": call.kind_again},
        is_call=True,
    )
    return _call_row(side, f"{text}, {side.clock}" if side.has_talked else text, action)


def _call_row(side: Side, text: str, action: Action) -> Row:
    return Row(
        key=f"call-{side.call.pk}",
        person=side.peer,
        title=side.peer.display_name,
        role=side.peer_note,
        text=text,
        icon=side.icon,
        at=side.call.created_at,
        url=side.call.get_absolute_url(),
        action=action,
    )


@section(
    name="unread",
    title=_("Unread messages"),
    order=20,
    more="chat:list",
    more_title=_("All messages"),
)
def unread(inbox: Inbox) -> list[Row]:
    """Conversations with something to answer; tickets have sections of their own."""
    elsewhere = [*inbox.tickets, *inbox.in_work]
    unread = [each for each in inbox.conversations if each.unread and each not in elsewhere]
    return [_conversation_row(each, inbox) for each in unread]


def _conversation_row(conversation: Conversation, inbox: Inbox) -> Row:
    them, newest = conversation.other(inbox.person), conversation.newest
    action = Action(
        label=_("Reply") if conversation.unread else _("Open"),
        icon="message-circle",
        url=conversation.get_absolute_url(),
    )
    return Row(
        key=f"conversation-{conversation.pk}",
        person=None if conversation.title else them.person,
        online=them.online,
        icon="ticket" if conversation.title else "",
        title=conversation.title or them.person.display_name,
        role="" if conversation.title else note(them.person),
        text=conversation.listed_draft or conversation.preview,
        is_draft=bool(conversation.listed_draft),
        at=newest.created_at if newest else conversation.touched_at,
        url=conversation.get_absolute_url(),
        unread=conversation.unread,
        action=action,
    )


def _past_row(call: Call, inbox: Inbox) -> Row:
    return (_answered_row if Side(call, inbox.person).is_missed else _ended_row)(call, inbox)


@section(
    name="recent",
    title=_("Recent"),
    order=80,
    more="chat:list",
    more_title=_("All messages"),
    waits=False,
)
def recent(inbox: Inbox) -> list[Row]:
    """Conversations and calls, the newest first; a call that ended one stands for it."""
    calls = [call for call in inbox.calls if not call.is_live]
    rows = [_past_row(call, inbox) for call in calls if inbox.is_past(call)]
    shown = {str(call.pk) for call in calls}
    elsewhere = [*inbox.tickets, *inbox.in_work]
    for conversation in inbox.conversations:
        if conversation in elsewhere:
            continue
        call = (conversation.newest.call if conversation.newest else None) or {}
        if not conversation.unread and (conversation.draft or call.get("id") not in shown):
            rows.append(_conversation_row(conversation, inbox))
    return sorted(rows, key=attrgetter("at"), reverse=True)


@section(
    name="notices",
    title=_("Not read yet"),
    order=18,
    more="notifications:list",
    query="?show=unread",
    more_title=_("All unread notifications"),
)
def notices(inbox: Inbox) -> list[Row]:
    """Of what the bell counts all that no other section shows."""
    elsewhere = kinds_of("calls") + kinds_of("messages")
    own = Notification.objects.for_user(inbox.person).unread().exclude(kind__in=elsewhere)
    shown = {each.get_absolute_url() for each in inbox.conversations if each.unread}
    shown |= {each.ticket.get_absolute_url() for each in inbox.tickets}
    shown |= {desk_url(each.ticket) for each in inbox.in_work}
    known = own.filter(kind__in=list(kinds)).exclude(url__in=shown)[: ROWS + 1]
    as_seen_from(inbox.session, known)
    return [_notice_row(each) for each in known]


def _notice_row(notification: Notification) -> Row:
    url = reverse("notifications:read", args=[notification.pk])
    return Row(
        key=f"notification-{notification.pk}",
        icon=notification.declared.icon,
        title=notification.title,
        text=notification.text,
        at=notification.updated_at,
        is_new=True,
        action=Action(label=_("Open"), icon=notification.declared.icon, url=url, posts=True),
    )

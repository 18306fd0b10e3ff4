"""The sections of the inbox: live calls, missed ones, what is unread, what was last, security."""

from dataclasses import replace
from operator import attrgetter

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calls.models import Call, Kind
from calls.sides import Side
from calls.telling import note
from chat.models import Conversation, Message
from dashboard.inbox import Action, Inbox, Row, section
from notifications.models import Notification
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
    words = ngettext("%(count)s missed call", "%(count)s missed calls", call.number)
    text = row.text if call.number == 1 else words % {"count": call.number}
    key = f"missed-{call.started_by.public_id}"
    return replace(row, key=key, text=text, is_waiting=True)


def _ended_row(call: Call, inbox: Inbox) -> Row:
    side = Side(call, inbox.person)
    outcome = Message(call={"kind": call.kind, "end_reason": call.end_reason})
    text = outcome.own_call_title if side.is_outgoing else outcome.call_title
    action = Action(
        label=_("Call back") if side.is_missed else _("Call"),
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
        is_missed=side.is_missed,
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
        text=conversation.draft or (newest.preview if newest else ""),
        is_draft=bool(conversation.draft),
        at=newest.created_at if newest else conversation.touched_at,
        url=conversation.get_absolute_url(),
        unread=conversation.unread,
        action=action,
    )


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
    rows = [_ended_row(call, inbox) for call in calls if not inbox.is_missed(call)]
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
    name="security",
    title=_("Your account"),
    order=90,
    more="notifications:list",
    query="?show=security",
    more_title=_("All notices"),
)
def security(inbox: Inbox) -> list[Row]:
    """What has happened to the account and nobody has looked at."""
    own = Notification.objects.for_user(inbox.person).unread()
    return [_notice_row(each) for each in own.filter(kind__in=kinds_of("security"))[:11]]


def _notice_row(notification: Notification) -> Row:
    url = reverse("notifications:read", args=[notification.pk])
    return Row(
        key=f"notification-{notification.pk}",
        icon=notification.declared.icon,
        title=notification.title,
        text=notification.text,
        at=notification.updated_at,
        action=Action(label=_("Open"), icon="key-round", url=url, posts=True),
    )

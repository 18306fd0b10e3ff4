"""What a page needs to show an open conversation, wherever it stands: `chat/pane.html`."""

from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from chat.forms import MessageForm
from chat.models import Conversation, Message
from chat.models.message import CALL_TITLES

HISTORY = 50


def pane(shown: Conversation, person: User) -> dict[str, Any]:
    """For a conversation that was selected `in_list_of` this person, who is in it."""
    history, has_more = shown.messages.page(before=None, limit=HISTORY)
    return {
        "conversation": shown,
        "other": shown.other(person),
        "members": shown.cards,
        "history": history,
        "has_more": has_more,
        "blanks": blanks(get_language() or settings.LANGUAGE_CODE),
    }


def beside(
    shown: Conversation, person: User, form: MessageForm | None = None, *, to_us: bool
) -> dict[str, Any]:
    """The same on the page of something else; who is helped writes to us, whoever it is."""
    shown.note_opening(person)
    other = shown.other(person).person
    named = {"written_to": _("us")} if to_us or other == person else {}
    return pane(shown, person) | named | {"form": form or MessageForm(), "them": other}


@cache
def blanks(language: str) -> SafeString:
    """What the browser clones: the same for everybody, so it is written once in each language."""
    with override(language):
        return render_to_string("chat/blanks.html", {"blanks": looks()})


def looks() -> list[tuple[str, Message]]:
    """One empty message of each look: the name, and the message."""
    named: list[tuple[str, dict[str, Any] | None]] = [("text", None), ("notice", None)]
    named += [
        (f"call {reason} {kind}", {"end_reason": reason, "kind": kind})
        for reason in CALL_TITLES
        for kind in ("audio", "video", "emergency")
    ]
    nothing: dict[str, Any] = {"client_id": None, "created_at": None}
    return [(name, Message(kind=name.split()[0], call=call, **nothing)) for name, call in named]

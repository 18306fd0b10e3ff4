"""What may stand in a message or a draft: any text that can be stored, sent and seen."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal

LIMIT = 4000


class BlankMessage(Refusal):
    """There is nothing to see in it."""

    code = "blank_message"
    detail = _("Write something first.")
    status = 422


class MessageTooLong(Refusal):
    """Longer than a message may be."""

    code = "message_too_long"
    detail = _("This message is too long. A message has at most 4,000 characters.")
    status = 422


class UnreadableText(Refusal):
    """Holds what no database or browser takes: NUL, or half of a surrogate pair."""

    code = "unreadable_text"
    detail = _("This message contains characters that cannot be sent.")
    status = 422


def check_text(text: str) -> None:
    """Raises MessageTooLong or UnreadableText."""
    if len(text) > LIMIT:
        raise MessageTooLong
    if "\0" in text:
        raise UnreadableText
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnreadableText from None


def check_message(text: str) -> None:
    """Raises what is wrong with a text as a message; it is kept exactly as it was typed."""
    check_text(text)
    if not any(_is_visible(char) for char in text):
        raise BlankMessage


def _is_visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf", "Zs"}

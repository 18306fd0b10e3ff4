"""Topics: what the kinds of notifications are sorted by, and the filters of the centre."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications.kinds import kinds

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# An app that brings a topic names it here, in its `kinds`.
labels: dict[str, "_StrPromise"] = {"security": _("Security")}

# Of interest to everyone, and seldom: behind what people do with each other.
LAST = "security"


def topics() -> list[tuple[str, "_StrPromise | str"]]:
    """Every topic that a kind has declared, with its words."""
    found = dict.fromkeys(kind.topic for kind in kinds.values())
    ordered = sorted(found, key=lambda topic: topic == LAST)
    return [(topic, labels.get(topic, topic.capitalize())) for topic in ordered]


def kinds_of(topic: str) -> list[str]:
    """The names of the kinds that stand under a topic."""
    return [kind.name for kind in kinds.values() if kind.topic == topic]

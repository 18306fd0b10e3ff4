"""Every kind has its words in every language, and what leaves the application names nobody."""

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import Role
from notifications.kinds import Transport, kinds
from notifications.models import Notification
from notifications.models.notification import words
from notifications.security import FACTS
from notifications.transports.sms import GSM, GSM_TWICE

CANARY = "Canary Smith"
FACTS_OF = {
    "security": ["sign_in", "program", *FACTS.values()],
    "ticket_taken": ["agent_silent", "agent_gone"],
}
CASES = [(kind, what) for kind in kinds for what in FACTS_OF.get(kind, [""])]


def context(what):
    """Whatever an app could give: a name everywhere, but in what says which fact it is."""
    names = dict.fromkeys(["sender", "caller", "name", "kind", "title", "text"], CANARY)
    return names | {"what": what}


@pytest.mark.parametrize(("kind", "what"), CASES)
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_it_has_words_that_name_nobody_outside(kind, what, language):
    notification = Notification(kind=kind, context=context(what))
    with translation.override(language):
        assert notification.title
        assert notification.text
        assert notification.outside
        assert CANARY not in notification.outside
        # Nor would the template say it, if it were given everything.
        assert CANARY not in words(kind, "outside", notification.context, number=2)
        assert set(notification.outside) <= GSM | GSM_TWICE
        assert len(notification.outside) <= 60


@pytest.mark.parametrize("kind", kinds.values(), ids=lambda kind: kind.name)
def test_it_is_declared_whole(kind):
    assert kind.topic
    assert kind.label
    assert kind.hint
    assert kind.icon
    assert set(kind.urgency.value) == set(Transport)
    assert kind.fixed <= set(Transport)
    for role in Role.values:
        assert kind.fixed <= kind.defaults(role) <= set(Transport)


def test_a_name_in_the_words_seen_signed_in_proves_that_it_would_be_found():
    titles = [words(kind, "title", context("")) for kind in ("message", "missed_call")]
    assert titles == [CANARY, CANARY]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "sent you a message"),
        (4, "4 new messages"),
        (99, "99 new messages"),
        (100, "99+ new messages"),
    ],
)
def test_several_messages_are_told_as_so_many(number, said):
    assert words("message", "text", context(""), number) == said


def test_what_is_told_of_security_differs():
    for part in ("title", "outside"):
        told = {words("security", part, {"what": what}) for what in FACTS_OF["security"]}
        assert len(told) == len(FACTS_OF["security"])

"""What can be told: a kind is a folder of templates and one declaration in the app that tells it.

The folder `notifications/<name>/` holds `title.txt` and `text.txt`, which only the person sees
who is signed in, and `outside.txt`, which also stands on locked screens and in mail: it says
that something waits and nothing of what, for anyone may read it.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CLINIC = (Role.DOCTOR, Role.AGENT, Role.SUPERVISOR)


class Transport(models.TextChoices):
    """The ways by which a person is told; in the application they always are."""

    PUSH = "push", _("Push")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")


class Urgency(enum.Enum):
    """When each transport follows, in seconds from the event, while the person has not looked.

    Someone with a page open sees the event there; the push then waits for as long as one needs
    to notice.
    """

    CALM = {Transport.EMAIL: 0, Transport.PUSH: 0, Transport.SMS: 60 * 60}
    NORMAL = {Transport.PUSH: 0, Transport.EMAIL: 15 * 60, Transport.SMS: 60 * 60}
    HIGH = {Transport.PUSH: 0, Transport.EMAIL: 2 * 60, Transport.SMS: 10 * 60}
    ALARM = {Transport.PUSH: 0, Transport.SMS: 10, Transport.EMAIL: 10}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of event is told.

    `topic` is the filter of the centre under which it stands. `by` are the transports that are
    used unless the person chooses otherwise, `by_role` where a role differs, `fixed` those that
    cannot be turned off. An urgent kind sounds in quiet hours too, if the person allows that.
    What `lasts` for a while only is told outside no later than that.
    """

    name: str
    topic: str
    label: "_StrPromise"
    hint: "_StrPromise"
    icon: str
    urgency: Urgency = Urgency.NORMAL
    by: frozenset[str] = frozenset({Transport.PUSH, Transport.EMAIL})
    by_role: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    # Why, in words that follow "always".
    why_fixed: "_StrPromise | str" = ""
    # Transports that tell of it also when it has been read: by whom, nobody knows.
    though_read: frozenset[str] = frozenset()
    # Who is ever told of it; everyone, if nobody is named.
    roles: frozenset[str] = frozenset()
    # One of static/js's sounds: message, call, waiting, emergency; none for what is silent.
    sound: str = ""
    lasts: timedelta | None = None
    # While it is unread, a renewal is pushed no sooner than so long after the last push.
    again: timedelta = timedelta(minutes=1)

    @property
    def is_urgent(self) -> bool:
        """Whether quiet hours do not hold it back."""
        return self.urgency is Urgency.ALARM

    def is_over(self, happened_at: datetime, now: datetime) -> bool:
        """Whether it is too late to tell of it."""
        return self.lasts is not None and now > happened_at + self.lasts

    def delay(self, transport: str) -> timedelta:
        """How long after the event a transport follows."""
        return timedelta(seconds=self.urgency.value[Transport(transport)])

    @property
    def delay_without_device(self) -> timedelta:
        """How long after the event whoever cannot be pushed to is told outside, at the soonest."""
        urgency = self.urgency.value
        return min(self.delay(name) for name in urgency if name != Transport.PUSH)

    def is_for(self, role: str) -> bool:
        """Whether people of this role are ever told of it."""
        return not self.roles or role in self.roles

    @property
    def is_pressing(self) -> bool:
        """Whether it stands out among what is unread."""
        return self.urgency in (Urgency.HIGH, Urgency.ALARM)

    def defaults(self, role: str) -> frozenset[str]:
        """The transports for a role, before the person has chosen."""
        return self.by_role.get(role, self.by) | self.fixed


kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Makes a kind known; called once, when its app is loaded."""
    kinds[kind.name] = kind
    return kind


def choices() -> list[tuple[str, "_StrPromise"]]:
    """For forms, filters and columns."""
    return [(kind.name, kind.label) for kind in kinds.values()]


SECURITY = declare(
    Kind(
        name="security",
        topic="security",
        label=_("Security"),
        hint=_("Sign-ins, password, second step"),
        icon="key-round",
        urgency=Urgency.CALM,
        sound="message",
        by=frozenset({Transport.EMAIL}),
        # Whoever sees patients must hear at once that someone else is in their account.
        by_role=dict.fromkeys(CLINIC, frozenset({Transport.EMAIL, Transport.PUSH})),
        fixed=frozenset({Transport.EMAIL}),
        # A thief's program would read it in the moment in which it has signed in.
        though_read=frozenset({Transport.EMAIL}),
        why_fixed=_("so that nobody changes your account without your knowledge"),
    )
)

"""How people choose the way they are told, and when there is to be quiet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from notifications.kinds import Kind, Transport, Urgency, kinds
from notifications.models import Preferences
from notifications.reach import Obstacle, obstacle
from notifications.sounds import DEFAULT, SILENT, SOUNDS, VARIANTS, variant
from telemed.models import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Shown, and not yet kept, where nobody has chosen others.
EVENING, MORNING = time(22), time(7)
# Who is still up then calls it the same night.
NIGHT_ENDS = time(4)
# A sound that is not named here is for everyone.
HEARD_BY = {
    "waiting": {Role.DOCTOR},
    "emergency": {Role.DOCTOR, Role.AGENT, Role.SUPERVISOR},
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind by one transport."""

    transport: Transport
    value: str
    is_on: bool
    is_fixed: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One kind by all transports."""

    kind: Kind
    cells: list[Cell]


def kinds_for(person: User) -> list[Kind]:
    """Of what this person is ever told; what seldom happens stands last."""
    told = [kind for kind in kinds.values() if kind.is_for(person.role)]
    return sorted(told, key=lambda kind: kind.urgency is Urgency.CALM)


def sounds_for(person: User) -> dict[str, "_StrPromise"]:
    """What this person ever hears."""
    return {
        name: words for name, words in SOUNDS.items() if person.role in HEARD_BY.get(name, Role)
    }


class PreferencesForm(forms.Form):
    """All of it on one page. Fields of the matrix that are not offered stay as they are."""

    matrix = forms.MultipleChoiceField(
        label=_("What and how"), required=False, widget=forms.SelectMultiple
    )
    has_quiet_hours = forms.BooleanField(
        label=_("Quiet hours"),
        required=False,
        widget=forms.CheckboxInput({"role": "switch", "aria-describedby": "quiet_text"}),
    )
    quiet_from = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("To"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    lets_urgent_through = forms.BooleanField(label=_("Urgent things come through"), required=False)

    def __init__(self, own: Preferences, *args: Any) -> None:
        super().__init__(*args)
        self.own, self.person = own, own.person
        self.obstacles = {each: obstacle(each, self.person) for each in Transport}
        self.fields["matrix"].choices = [  # type: ignore[attr-defined]
            (value_of(kind, each), f"{kind.label}: {each.label}") for kind, each in self._offered()
        ]
        for name, words in sounds_for(self.person).items():
            variants = [*VARIANTS.items(), (SILENT, _("No sound"))]
            self.fields[f"sound_{name}"] = forms.ChoiceField(
                label=words,
                choices=variants,
                required=False,
                initial=variant(own.sounds.get(name, DEFAULT)),
                widget=forms.Select({"class": "input"}),
            )
        self.initial = {
            "matrix": [value_of(*each) for each in self._offered() if own.allows(*each)],
            "has_quiet_hours": own.has_quiet_hours,
            "quiet_from": own.quiet_from or EVENING,
            "quiet_to": own.quiet_to or MORNING,
            "lets_urgent_through": own.lets_urgent_through,
        }

    def _offered(self) -> Iterator[tuple[Kind, Transport]]:
        """The fields of the matrix that this person may change."""
        for kind in kinds_for(self.person):
            for transport, hindered in self.obstacles.items():
                if hindered is None and transport not in kind.fixed:
                    yield kind, transport

    @property
    def rows(self) -> list[Row]:
        """The matrix as it stands on the page."""
        on, offered = (
            set(self["matrix"].value() or ()),
            {value_of(*each) for each in self._offered()},
        )
        return [
            Row(kind, [self._cell(kind, each, on, offered) for each in Transport])
            for kind in kinds_for(self.person)
        ]

    def _cell(self, kind: Kind, transport: Transport, on: set[str], offered: set[str]) -> Cell:
        value = value_of(kind, transport)
        can_reach = self.obstacles[transport] is None
        is_fixed = transport in kind.fixed and can_reach
        return Cell(transport, value, is_fixed or value in on, is_fixed, value in offered)

    @property
    def hindered(self) -> list[tuple[Transport, Obstacle]]:
        """The transports that reach nobody here, and why."""
        return [(each, found) for each, found in self.obstacles.items() if found]

    @property
    def sound_fields(self) -> list[tuple[str, forms.BoundField]]:
        """The select of each sound, by its name."""
        names = [name for name in self.fields if name.startswith("sound_")]
        return [(name.removeprefix("sound_"), self[name]) for name in names]

    def clean(self) -> dict[str, Any]:
        """Quiet hours that are turned on have two ends; those that are off may be unfinished."""
        cleaned = super().clean() or {}
        if cleaned.get("has_quiet_hours"):
            for name, words in (
                ("quiet_from", _("Say when the quiet hours begin.")),
                ("quiet_to", _("Say when the quiet hours end.")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(words, "missing"))
        return cleaned

    def keep(self) -> bool:
        """Keeps all of it, or nothing and says why."""
        try:
            with Preferences.changing(self.person) as own:
                self._apply(own)
        except Refusal as refusal:
            self.add_error("quiet_to", forms.ValidationError(str(refusal.detail), refusal.code))
            return False
        return True

    def _apply(self, own: Preferences) -> None:
        said = self.cleaned_data
        for kind, transport in self._offered():
            is_on = value_of(kind, transport) in said["matrix"]
            own.choose(kind, transport, is_on=is_on)
        ends = (said.get("quiet_from"), said.get("quiet_to"))
        own.keep_quiet(*ends, is_on=said["has_quiet_hours"])
        own.lets_urgent_through = said["lets_urgent_through"]
        own.sounds |= {
            name: said[field.name] for name, field in self.sound_fields if field.name in self.data
        }


def value_of(kind: Kind, transport: Transport) -> str:
    """How a field of the matrix is named in a form."""
    return f"{kind.name}:{transport}"


class DoNotDisturbForm(forms.Form):
    """For how long there is to be no sound at all, or that it is enough."""

    lasts = forms.ChoiceField(
        choices=[
            ("hour", _("For 1 hour")),
            ("morning", _("Until tomorrow morning")),
            ("ever", _("Until I turn it off")),
            ("off", _("Turn off")),
        ]
    )

    def keep(self, person: User) -> Preferences:
        """Does what was chosen; returns how it stands."""
        lasts = self.cleaned_data["lasts"]
        with Preferences.changing(person) as own:
            if lasts == "off":
                own.disturb_again()
            else:
                own.do_not_disturb(end_of(lasts, person))
        return own


def end_of(lasts: str, person: User) -> datetime | None:
    """When it ends of itself, by the person's own clock."""
    now = timezone.now()
    if lasts == "hour":
        return now + timedelta(hours=1)
    if lasts == "morning":
        here = now.astimezone(ZoneInfo(person.time_zone))
        nights = 0 if here.time() < NIGHT_ENDS else 1
        return datetime.combine(here.date() + timedelta(days=nights), MORNING, here.tzinfo)
    return None

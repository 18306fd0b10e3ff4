"""What the emergency pages may be told. Nothing here ever keeps an alarm from being given."""

from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.telling import note
from helpline.models import Outcome
from helpline.models.handing import SUMMARY
from helpline.models.record import OUTCOME
from helpline.sight import Sight
from helpline.takers import could_take_over


class EmergencyForm(forms.Form):
    """Where somebody is, how to call them back, what is happening; each by itself."""

    happening = forms.CharField(
        label=_("What is happening"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=_("Address, floor, door"), required=False)
    call_back = forms.CharField(label=_("Call me back on"), required=False)
    latitude = forms.DecimalField(
        min_value=-90, max_value=90, required=False, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput
    )
    accuracy = forms.FloatField(
        min_value=0, max_value=2_000_000_000, required=False, widget=forms.HiddenInput
    )

    @property
    def told(self) -> dict[str, Any]:
        """What was understood; half a position is none."""
        self.is_valid()
        told = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        if not {"latitude", "longitude"} <= told.keys():
            for name in ("latitude", "longitude", "accuracy"):
                told.pop(name, None)
        for name in {"latitude", "longitude"} & told.keys():
            told[name] = round(told[name], 5)
        if "accuracy" in told:
            told["accuracy"] = round(told["accuracy"])
        return told

    @property
    def client_id(self) -> UUID | None:
        """Of the press, the same for its repetitions; what is none is left out as all else is."""
        with suppress(ValueError):
            return UUID(str(self.data.get("client_id")))
        return None

    @property
    def not_understood(self) -> list[str]:
        """The names of the fields that were left out, in words."""
        self.is_valid()
        names = {"latitude": _("your location"), "longitude": _("your location")}
        words = [names.get(name, self.fields[name].label or name) for name in self.errors]
        return list(dict.fromkeys(str(each) for each in words))


class OutcomeForm(forms.Form):
    """What became of the person. Nothing here keeps an emergency from being ended."""

    outcome = forms.ChoiceField(
        label=_("What became of them"),
        choices=Outcome.Kind.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("In a few words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": OUTCOME}),
    )

    @property
    def told(self) -> dict[str, str]:
        """What was understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value.strip()}


class HelperChoice(forms.ModelChoiceField):
    """Doctors by specialty, and the helpline; those who are here first."""

    asked: User | None = None

    def label_from_instance(self, obj: Any) -> str:
        """The name, whether they are here, and whether they have been asked."""
        words = [_("here now") if obj.is_here else _("away")]
        if obj == self.asked:
            words.append(_("asked, no answer yet"))
        elif obj.has_declined:
            words.append(_("has declined"))
        return f"{obj.display_name}, {note(obj)} ({', '.join(map(str, words))})"


class OfferForm(forms.Form):
    """To whom, and what they must know."""

    helper = HelperChoice(
        label=_("Doctor or agent"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose who takes over"),
    )
    summary = forms.CharField(
        label=_("What they must know"),
        max_length=SUMMARY,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(HelperChoice, self.fields["helper"])
        field.asked = sight.emergency.offered_to
        field.queryset = could_take_over(sight.emergency, sight.me)

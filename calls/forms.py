"""What a page may ask about calls."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.models.states import CHOSEN


class StartForm(forms.Form):
    """Whom to call, and how: either a conversation or a doctor is named."""

    conversation = forms.UUIDField(required=False)
    doctor = forms.SlugField(required=False)
    kind = forms.ChoiceField(choices=CHOSEN)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        asked = super().clean() or self.cleaned_data
        if bool(asked.get("conversation")) == bool(asked.get("doctor")):
            raise forms.ValidationError(_("Say whom to call: a conversation or a doctor."))
        return asked


class HistoryForm(forms.Form):
    """Which part of the history."""

    show = forms.ChoiceField(choices=[("", _("All")), ("missed", _("Missed"))], required=False)
    before = forms.UUIDField(required=False)

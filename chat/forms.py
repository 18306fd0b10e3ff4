"""What a page without JavaScript sends."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Member
from chat.wording import check_message
from telemed.models import Refusal


class MessageForm(forms.Form):
    """A message; the hidden id keeps a form that is sent twice from being two messages."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(label=_("Message"), strip=False, required=False)

    def clean_client_id(self) -> uuid.UUID:
        """A page kept from before may have none."""
        return self.cleaned_data["client_id"] or uuid.uuid4()

    def clean_body(self) -> str:
        """Browsers send line ends as two characters; a message has one."""
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        try:
            check_message(body)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.detail), refusal.code) from None
        return body

    @property
    def fresh_id(self) -> str:
        """The id of the next message."""
        return str(uuid.uuid4())

    @property
    def refused(self) -> list[Any]:
        """Why it was not sent, in words."""
        return [words for errors in self.errors.values() for words in errors]


LENGTHS = {
    "hour": timedelta(hours=1),
    "8-hours": timedelta(hours=8),
    "week": timedelta(weeks=1),
    "ever": None,
}
OFF = "off"


class MutingForm(forms.Form):
    """For how long a conversation is to be muted, or that it is not to be any longer."""

    lasts = forms.ChoiceField(
        choices=[
            ("hour", _("For 1 hour")),
            ("8-hours", _("For 8 hours")),
            ("week", _("For a week")),
            ("ever", _("Until I turn it off")),
            (OFF, _("Unmute")),
        ]
    )

    def keep(self, member: Member) -> None:
        """Does to the membership what was chosen."""
        if (chosen := self.cleaned_data["lasts"]) == OFF:
            member.unmute()
        else:
            length = LENGTHS[chosen]
            member.mute(timezone.now() + length if length else None)

"""What people write to the helpline."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import Call
from chat.forms import MessageForm
from helpline.models import Category

SCORES = [(5, _("Very good")), (4, _("Good")), (3, _("Fair")), (2, _("Bad")), (1, _("Very bad"))]


class Asking(MessageForm):
    """A category and some words; the hidden id keeps a form that is sent twice from being two."""

    category = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Category.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose one"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.offered()  # type: ignore[attr-defined]
        self.fields["body"].widget = forms.Textarea(attrs={"rows": 6, "dir": "auto"})

    @property
    def own_id(self) -> str:
        """The id of what is written here, the same when it is sent once more."""
        return str(self.data.get("client_id") or uuid.uuid4())


class TicketForm(Asking):
    """Something that can wait."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "data-ref": "words"}),
    )
    call = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["category", "subject", "body", "client_id", "call"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["body"].label = _("Description")
        self.fields["body"].help_text = _("What you did, what you saw, and on which device.")

    def clean_subject(self) -> str:
        """On one line, whatever was pasted."""
        return " ".join(self.cleaned_data["subject"].split())

    def clean_call(self) -> Call | None:
        """One of one's own; the link to another's is dropped, and what was typed is taken."""
        return call_of(self.person, self.cleaned_data["call"])


class ChatForm(Asking):
    """The first message of a chat."""

    field_order = ["category", "body", "client_id"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your message")


class ReopeningForm(forms.Form):
    """Why it is not solved after all."""

    wrong = forms.CharField(
        label=_("What is still wrong?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean_wrong(self) -> str:
        """Whoever takes it must not have to ask again."""
        words: str = self.cleaned_data["wrong"].replace("\r\n", "\n")
        if not words:
            raise forms.ValidationError(_("Say what is still wrong."))
        return words


class RatingForm(forms.Form):
    """How it was, and why."""

    score = forms.TypedChoiceField(
        label=_("Your rating"), choices=SCORES, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("What was good, what was not?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class VoteForm(forms.Form):
    """Whether an article helped."""

    helped = forms.TypedChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])


def call_of(person: User, key: str) -> Call | None:
    """The call that a link names, if it is this person's."""
    try:
        return Call.objects.for_user(person).filter(pk=UUID(key)).first()
    except ValueError:
        return None


def words_of(query: QueryDict, name: str = "q") -> str:
    """What somebody looks for, fit for a query."""
    return query.get(name, "").replace("\0", "").strip()[:100]

"""What agents fill in at the desk."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from helpline.kinds import STAFF
from helpline.models import Agent, Category, Note, Priority, Ticket
from helpline.models.agent import AgentQuerySet

AGENT, CATEGORY = "agent", "category"


class AvailabilityForm(forms.Form):
    """Takes tickets, or no more."""

    available = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """What only colleagues read."""

    note = forms.CharField(label=_("Internal note"), max_length=4000)

    def clean_note(self) -> str:
        """Browsers send line ends as two characters."""
        words: str = self.cleaned_data["note"]
        return words.replace("\r\n", "\n")


class PriorityForm(forms.Form):
    """How soon; what came by the emergency button stays one, and nothing else becomes one."""

    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=lambda value: Priority(int(value)),
        choices=[choice for choice in Priority.choices if choice[0] != Priority.EMERGENCY],
    )


class TransferForm(forms.Form):
    """To whom, or to which queue, with a note for them."""

    to = forms.ChoiceField(label=_("To"))
    note = forms.CharField(label=_("Note for them"), max_length=4000, required=False)

    def __init__(self, *args: Any, ticket: Ticket, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = _colleagues(ticket).exclude(
            person__in=[by, ticket.requester, ticket.assignee or by]
        )
        self.agents = {f"{AGENT}:{each.person.public_id}": each.person for each in people}
        others = Category.objects.exclude(pk=ticket.category_id)
        self.categories = {f"{CATEGORY}:{each.slug}": each for each in others}
        names = [(f"{AGENT}:{each.person.public_id}", _named(each)) for each in people]
        queues = [(key, category.name) for key, category in self.categories.items()]
        groups = [(_("Agents"), names), (_("Queues"), queues)]
        field = self.fields["to"]
        field.choices = [("", _("Choose…")), *[group for group in groups if group[1]]]  # type: ignore[attr-defined]
        field.help_text = "" if names else _("Nobody else works this queue now: choose a queue.")

    @transaction.atomic
    def hand_over(self, ticket: Ticket, by: User) -> None:
        """Does it, or neither; the note is written first, for whoever opens it next."""
        to = self.cleaned_data["to"]
        if self.cleaned_data["note"].strip():
            Note.objects.write(ticket, self.cleaned_data["note"], by=by)
        if to in self.agents:
            ticket.transfer(self.agents[to], by=by)
        else:
            ticket.move_to(self.categories[to], by=by)


def _named(agent: Agent) -> str:
    """What is handed to somebody whose desk is closed soon comes back."""
    name = agent.person.display_name
    return name if agent.is_at_desk() else _("%(name)s (not at the desk)") % {"name": name}


def _colleagues(ticket: Ticket) -> AgentQuerySet:
    """Who works its queue; the verb asks again."""
    chief = Q(person__role=Role.SUPERVISOR) | Q(person__is_superuser=True)
    queue = Q(categories=None) | Q(categories=ticket.category_id)
    fits = Q(pk__isnull=False) if ticket.is_emergency else chief | queue
    agents = Agent.objects.filter(fits, person__is_active=True, person__role__in=STAFF)
    return agents.select_related("person").distinct().order_by("person__name")


class CodeForm(forms.Form):
    """The six letters that the person reads out."""

    code = forms.CharField(label=_("Code"), max_length=12)

    def clean_code(self) -> str:
        """However it was typed."""
        typed: str = self.cleaned_data["code"]
        return "".join(letter for letter in typed.upper() if letter.isalpha())

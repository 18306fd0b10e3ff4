"""Where people read the conversation of a ticket: the requester on its page, agents at the desk."""

from django.urls import reverse

from accounts.models import User
from chat.models import Conversation
from helpline import telling
from helpline.models import Ticket


def place_of(conversation: Conversation, person: User) -> str:
    """The address for this person, who is in the conversation."""
    ticket = Ticket.objects.get(conversation=conversation)
    if ticket.is_emergency and not person.is_agent:
        return reverse("helpline:emergency", args=[ticket.emergency.pk])
    at_desk = person.is_agent and not ticket.is_mine(person)
    return telling.desk_url(ticket) if at_desk else ticket.get_absolute_url()

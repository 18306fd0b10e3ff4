"""People who share a conversation: they may see each other, and learn who comes and goes."""

from django.db.models import Q

from accounts import presence
from accounts.events import PresenceChanged
from accounts.models import User, relations
from chat.models import Conversation, Member
from telemed.wire import publish


def register() -> None:
    """Tells accounts, which knows of no conversations."""
    relations.append(people_of)
    presence.listeners.append(tell_presence)


def people_of(user: User) -> Q:
    """Those who are in a conversation with this person now."""
    shared = Conversation.objects.for_user(user)
    members = Member.objects.present().filter(conversation__in=shared)
    return Q(pk__in=members.values("person"))


def tell_presence(person: User, online: bool) -> None:
    """To each conversation of the person, and to those who may see them in a list now."""
    conversations = Conversation.objects.for_user(person).only("pk")
    people = User.objects.online().filter(people_of(person))
    change = PresenceChanged(person=person.public_id, online=online)
    publish(change, to=[*conversations, *people])

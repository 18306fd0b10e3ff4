"""Conversations, who is in them, and what was written."""

from chat.models.appending import (
    NotReachable,
    Post,
    append_all,
    runs_of,
)
from chat.models.conversation import Conversation
from chat.models.group import Group, url_of
from chat.models.hearing import drafted, heard, written
from chat.models.member import AheadOfConversation, Member, elsewhere, lists
from chat.models.message import ClientIdReused, Message
from chat.models.selection import NoRelationship, NotAcceptingPatients, NotYourself

__all__ = [
    "AheadOfConversation",
    "ClientIdReused",
    "Conversation",
    "Group",
    "Member",
    "Message",
    "NoRelationship",
    "NotAcceptingPatients",
    "NotReachable",
    "NotYourself",
    "Post",
    "append_all",
    "drafted",
    "elsewhere",
    "heard",
    "lists",
    "runs_of",
    "url_of",
    "written",
]

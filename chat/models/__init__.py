"""Conversations, who is in them, and what was written."""

from chat.models.appending import NotReachable, Post, append_all
from chat.models.conversation import Conversation
from chat.models.member import AheadOfConversation, Member
from chat.models.message import ClientIdReused, Message
from chat.models.selection import NoRelationship, NotAcceptingPatients, NotYourself

__all__ = [
    "AheadOfConversation",
    "ClientIdReused",
    "Conversation",
    "Member",
    "Message",
    "NoRelationship",
    "NotAcceptingPatients",
    "NotReachable",
    "NotYourself",
    "Post",
    "append_all",
]

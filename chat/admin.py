"""Conversations in the admin: who and when, never what; staff see tickets, not charts."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.admin import OnRecord
from chat.models import Conversation, Member, Message


class MemberInline(admin.TabularInline):
    """Who is in it, and how far they have got."""

    model = Member
    fields = ["person", "joined_at", "left_at", "delivered_seq", "read_seq"]
    readonly_fields = ["person", "joined_at", "left_at", "delivered_seq", "read_seq"]
    extra = 0
    can_delete = False


@admin.register(Conversation)
class ConversationAdmin(OnRecord):
    """How many changes, and when the last."""

    list_display = ["id", "kind", "title", "last_seq", "created_at", "touched_at"]
    list_filter = ["kind"]
    search_fields = ["=id", "title", "members__person__name", "members__person__email"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-id"]
    fields = ["id", "kind", "title", "last_seq", "created_at", "touched_at"]
    inlines = [MemberInline]

    def subject_of(self, thing: Conversation) -> User | None:
        """The patient's."""
        return thing.patient


@admin.register(Member)
class MemberAdmin(OnRecord):
    """Membership without drafts; who should not be there can be taken out."""

    list_display = ["person", "conversation", "joined_at", "left_at", "delivered_seq", "read_seq"]
    list_filter = [("left_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "conversation"]
    search_fields = ["person__name", "person__email", "=conversation__id"]
    fields = ["person", "conversation", "joined_at", "left_at", "delivered_seq", "read_seq"]
    actions = ["take_out"]

    def subject_of(self, thing: Member) -> User | None:
        """The patient's."""
        return thing.conversation.patient

    @admin.action(description=_("Take out of the conversation"), permissions=["take_out"])
    def take_out(self, request: HttpRequest, chosen: QuerySet[Member]) -> None:
        """They neither read nor write there any more."""
        for member in chosen.select_related("conversation", "person"):
            member.leave(by=cast(User, request.user))

    def has_take_out_permission(self, request: HttpRequest) -> bool:
        """Who could change a membership by their rights; looking is not enough."""
        return bool(request.user.has_perm("chat.change_member"))


@admin.register(Message)
class MessageAdmin(OnRecord):
    """That a message was written, without its text."""

    list_display = ["conversation", "seq", "author", "kind", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["conversation", "author"]
    search_fields = ["=id", "=conversation__id", "author__name", "author__email"]
    date_hierarchy = "created_at"
    fields = ["id", "conversation", "seq", "changed_seq", "author", "kind", "created_at"]

    def subject_of(self, thing: Message) -> User | None:
        """The patient's."""
        return thing.conversation.patient

"""Calls in the admin: to look at, and to end."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.admin import OnRecord
from calls.models import Call, CallTransition, Participant
from telemed.admin import ReadOnly
from telemed.models import Refusal


class ParticipantInline(ReadOnly, admin.TabularInline):
    """Who was in it."""

    model = Participant
    fields = ["person", "joined_at", "left_at", "lease_expires_at", "party_id"]
    extra = 0


class TransitionInline(ReadOnly, admin.TabularInline):
    """How it came to its state."""

    model = CallTransition
    fields = ["at", "from_status", "to_status", "reason", "by"]
    extra = 0


@admin.register(Call)
class CallAdmin(OnRecord):
    """The list of calls, and one call with its steps."""

    list_display = ["created_at", "started_by", "kind", "status", "end_reason", "lasted"]
    list_filter = ["status", "end_reason", "kind", "created_at"]
    list_select_related = ["started_by"]
    search_fields = ["id", "participants__person__name", "participants__person__email"]
    date_hierarchy = "created_at"
    inlines = [ParticipantInline, TransitionInline]
    actions = ["end_calls"]

    def subject_of(self, thing: Call) -> User | None:
        """The patient's."""
        return thing.conversation.patient

    @admin.display(description=_("duration"))
    def lasted(self, call: Call) -> str:
        """In minutes and seconds."""
        seconds = call.duration
        return "–" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"

    @admin.action(description=_("End call"), permissions=["end"])
    def end_calls(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        """Through the verb, so that both people are told."""
        for call in queryset:
            try:
                call.stop(cast(User, request.user))
            except Refusal as refusal:
                self.message_user(request, f"{call.pk}: {refusal.detail}", messages.WARNING)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who could change a call by their role."""
        return bool(request.user.has_perm("calls.change_call"))

"""Notifications in the admin: whether and how a person was told, not what about."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.admin import OnRecord
from notifications.models import Delivery, Notification
from telemed.admin import ReadOnly


class DeliveryInline(ReadOnly, admin.TabularInline):
    """How the person was told, and why not."""

    model = Delivery
    fields = ["transport", "state", "reason", "detail", "attempts", "created_at", "due_at"]
    fields += ["ended_at"]
    extra = 0


@admin.register(Notification)
class NotificationAdmin(OnRecord):
    """Read only: facts are made by the verbs alone."""

    list_display = ["recipient", "kind", "urgent", "created_at", "updated_at", "read_at"]
    list_filter = ["kind", "urgent", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recipient"]
    search_fields = ["recipient__name", "recipient__email", "key"]
    date_hierarchy = "created_at"
    fields = ["recipient", "kind", "key", "urgent", "silent", "created_at", "updated_at"]
    fields += ["read_at"]
    inlines = [DeliveryInline]

    def subject_of(self, thing: Notification) -> User:
        """Whoever was told."""
        return thing.recipient


@admin.register(Delivery)
class DeliveryAdmin(OnRecord):
    """The log of what left the application, and of what did not and why."""

    list_display = ["created_at", "recipient", "kind", "transport", "state", "reason", "detail"]
    list_display += ["attempts", "due_at", "ended_at"]
    list_filter = ["state", "transport", "reason", "created_at"]
    list_select_related = ["notification__recipient"]
    search_fields = ["notification__recipient__name", "notification__recipient__email", "key"]
    date_hierarchy = "created_at"
    fields = ["notification", "kind", "transport", "state", "reason", "detail", "attempts"]
    fields += ["created_at", "due_at", "ended_at", "key"]

    def subject_of(self, thing: Delivery) -> User:
        """Whoever was to be told."""
        return thing.notification.recipient

    @admin.display(description=_("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        """Who was to be told."""
        return str(delivery.notification.recipient)

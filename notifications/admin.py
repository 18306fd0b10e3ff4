"""Notifications in the admin: whether a person was told, not what about."""

from django.contrib import admin

from accounts.models import User
from audit.admin import OnRecord
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(OnRecord):
    """Read only: facts are made by the verbs alone."""

    list_display = ["recipient", "kind", "urgent", "created_at", "updated_at", "read_at"]
    list_filter = ["kind", "urgent", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recipient"]
    search_fields = ["recipient__name", "recipient__email", "key"]
    date_hierarchy = "created_at"
    fields = ["recipient", "kind", "key", "urgent", "created_at", "updated_at", "read_at"]

    def subject_of(self, thing: Notification) -> User:
        """Whoever was told."""
        return thing.recipient

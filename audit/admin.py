"""The record in the admin: to be read, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.models import AccessRecord, Seal


class ReadOnly(admin.ModelAdmin):
    """The database would refuse a change as well."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnly):
    """Who saw and changed what; search by a person's or an object's UUID."""

    list_display = ["at", "actor", "act", "object_type", "object_id", "subject_person", "result"]
    list_filter = ["act", "object_type", "at"]
    search_fields = ["=actor", "=subject_person", "=object_id", "=request_id"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """The hash chain over the record."""

    list_display = ["number", "sealed_at", "rows", "digest"]

"""The record in the admin: to be read, never written."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.models import User
from audit import recording
from audit.models import AccessRecord, Seal
from telemed.admin import ReadOnly


class OnRecord(ReadOnly, admin.ModelAdmin):
    """Rows about people: to be looked at, and looking is on record."""

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Recorded before the answer leaves."""
        response = super().change_view(request, object_id, *args, **kwargs)
        thing = self.get_object(request, object_id) if request.method == "GET" else None
        if thing is not None and response.status_code == 200:
            whose = self.subject_of(thing)
            reader = cast(User, request.user)
            recording.opened(reader, thing, subject_person=whose, request=request)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Named for what it lists: nothing of it is selected."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def subject_of(self, thing: Any) -> User | None:
        """Whose record the row is part of, if it is somebody's; each admin knows."""
        return None


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnly, admin.ModelAdmin):
    """Who saw and changed what; search by a person's or an object's UUID."""

    list_display = ["at", "actor", "act", "object_type", "object_id", "subject_person", "result"]
    list_filter = ["act", "object_type", "at"]
    search_fields = ["=actor", "=subject_person", "=object_id", "=request_id"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(ReadOnly, admin.ModelAdmin):
    """The hash chain over the record."""

    list_display = ["number", "sealed_at", "rows", "digest"]

"""The roster in the admin: duties, and the week as it will be."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from helpline import roster
from helpline.models import Duty

MOST_WEEKS = 26
LOCAL = {"type": "datetime-local", "class": "vTextField"}
ON_DUTY = (Role.AGENT, Role.SUPERVISOR, Role.DOCTOR)


class DutyForm(forms.ModelForm):
    """A duty, and in how many of the next weeks it comes again."""

    weeks = forms.IntegerField(
        label=_("Again in the next weeks"),
        help_text=_("How many times more: each week at the same time, by the helpline’s clock."),
        min_value=0,
        max_value=MOST_WEEKS,
        initial=0,
        required=False,
    )

    class Meta:
        model = Duty
        fields = ["person", "kind", "starts_at", "ends_at"]


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin):
    """Who is on duty when; above the list is a way to the week."""

    form = DutyForm
    formfield_overrides = {
        models.DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput(LOCAL, "%Y-%m-%dT%H:%M"),
        }
    }
    change_list_template = "admin/helpline/duty/change_list.html"
    list_display = ["person", "kind", "starts_at", "ends_at"]
    list_filter = ["kind"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__email"]
    date_hierarchy = "starts_at"

    def get_urls(self) -> list[URLPattern]:
        """With the page of the week."""
        week = self.admin_site.admin_view(self.week)
        return [path("week/", week, name="helpline_duty_week"), *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Times are typed by the clock of whoever types them, which is named."""
        if isinstance(db_field, models.DateTimeField):
            words = _(
                "By your own clock (%(zone)s). "
                "The list tells it in 24 hours, however your browser asks for it."
            )
            kwargs["help_text"] = words % {"zone": timezone.get_current_timezone_name()}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nobody is on duty who is neither of the helpline nor a doctor."""
        if db_field.name == "person":
            able = Q(role__in=ON_DUTY, is_active=True)
            kwargs["queryset"] = User.objects.filter(able).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Duty, form: Any, change: bool) -> None:
        """The duty, and those that repeat it."""
        super().save_model(request, obj, form, change)
        if weeks := form.cleaned_data.get("weeks"):
            made = roster.repeat(obj, weeks)
            said = ngettext(
                "%(made)s more duty was added.", "%(made)s more duties were added.", made
            )
            self.message_user(request, said % {"made": made})

    def week(self, request: HttpRequest) -> TemplateResponse:
        """Seven days from today, with the gaps, and who is on duty now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("The week’s roster"),
            "now": now,
            "rows": roster.week(now),
            "on_duty": [(kind.label, people) for kind, people in roster.on_duty(now).items()],
            "gaps": roster.gaps(now),
        }
        return TemplateResponse(request, "admin/helpline/duty/week.html", context)

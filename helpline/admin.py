"""The helpline in the admin: what supervisors arrange, and tickets to look at."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from audit.admin import OnRecord
from helpline import emergency_admin, roster_admin, waking  # noqa: F401
from helpline.hours import stretch_in_week_of
from helpline.models import (
    Agent,
    CannedReply,
    Category,
    ClosedDay,
    OpeningHours,
    Rating,
    Ticket,
    TicketTransition,
)
from telemed.admin import ReadOnly, in_words

BY_CLOCK = _("24 hours, by the clock of %(zone)s.")
STAFF = (Role.AGENT, Role.SUPERVISOR)
# There are few categories, and two lists with arrows between them say less to a screen reader.
CHECKBOXES: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}
}


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """What people can write about. One that is not offered any more keeps its tickets."""

    list_display = ["name", "hint", "priority", "order", "is_offered"]
    prepopulated_fields = {"slug": ["name"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its tickets and articles need it; it is taken out of the offer instead."""
        return False


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    """Who works which queues, and how much of it."""

    list_display = ["person", "queues", "capacity", "is_available", "lease_expires_at"]
    list_select_related = ["person"]
    formfield_overrides = CHECKBOXES
    readonly_fields = ["lease_expires_at", "last_given_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        """With the names of the queues."""
        return super().get_queryset(request).prefetch_related("categories")

    @admin.display(description=_("categories"))
    def queues(self, agent: Agent) -> str:
        """None means all."""
        return ", ".join(each.name for each in agent.categories.all()) or str(_("all"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only people of the helpline have a place at its desk."""
        if db_field.name == "person":
            kwargs["queryset"] = User.objects.filter(role__in=STAFF).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What none of them means stands below the choice."""
        if db_field.name == "categories":
            kwargs["help_text"] = _("An agent without a category works all of them.")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Other queues or more room: perhaps a ticket can be given now."""
        super().save_related(request, form, formsets, change)
        waking.wake()


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin):
    """Stretches of weekdays; without any the helpline is always open."""

    list_display = ["weekday", "opens", "closes", "by_your_clock"]
    formfield_overrides = {
        models.TimeField: {
            "form_class": forms.TimeField,
            "widget": forms.TimeInput({"size": 8, "placeholder": "17:30"}, "%H:%M"),
        }
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whose clock it is stands beside each time."""
        if isinstance(db_field, models.TimeField):
            kwargs["help_text"] = BY_CLOCK % {"zone": settings.HELPLINE_TIME_ZONE}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("by your own clock"))
    def by_your_clock(self, each: OpeningHours) -> str:
        """The same in the week that runs, as whoever reads it lives it."""
        ends = stretch_in_week_of(timezone.now(), each)
        return " – ".join(date_format(timezone.localtime(at), "l H:i") for at in ends)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Whose clock it is stands above the list."""
        title = _("Opening hours by the clock of %(zone)s") % {"zone": settings.HELPLINE_TIME_ZONE}
        return super().changelist_view(request, {"title": title} | (extra_context or {}))


@admin.register(ClosedDay)
class ClosedDayAdmin(admin.ModelAdmin):
    """Days on which nobody answers, but for emergencies."""

    list_display = ["day", "name"]


@admin.register(CannedReply)
class CannedReplyAdmin(admin.ModelAdmin):
    """Answers that agents put into their own."""

    list_display = ["title", "shortcut"]
    search_fields = ["title", "shortcut", "body"]
    formfield_overrides = CHECKBOXES


class TransitionInline(ReadOnly, admin.TabularInline):
    """How it came to its state."""

    model = TicketTransition
    readonly_fields = [in_words(TicketTransition, "assignee"), in_words(TicketTransition, "by")]
    fields = ["at", "from_status", "to_status", "reason", *readonly_fields]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the ticket."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketTransition]:
        """With the people."""
        return super().get_queryset(request).select_related("assignee", "by")


class RatingInline(ReadOnly, admin.TabularInline):
    """What the requester thought of it."""

    model = Rating
    readonly_fields = [in_words(Rating, "agent")]
    fields = ["at", "score", "comment", *readonly_fields]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the ticket."""
        return True


@admin.register(Ticket)
class TicketAdmin(OnRecord):
    """All tickets that the reader may work, with a way to the desk."""

    list_display = ["number", "subject", "requester", "category", "status", "priority", "assignee"]
    list_filter = ["status", "channel", "category", "priority"]
    list_select_related = ["requester", "category", "assignee"]
    search_fields = ["=number", "subject", "requester__name", "requester__email"]
    date_hierarchy = "opened_at"
    inlines = [TransitionInline, RatingInline]
    readonly_fields = [
        "at_desk",
        *(in_words(Ticket, name) for name in ("requester", "category", "assignee")),
    ]
    fields = [
        *("number", *readonly_fields, "channel", "subject", "priority", "status"),
        *("opened_at", "moved_at", "assigned_at", "first_responded_at"),
        *("response_due_at", "resolution_due_at", "breached_at", "resolved_at"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        """An agent sees those of their queues, an administrator all."""
        tickets = super().get_queryset(request)
        reader = cast(User, request.user)
        if reader.is_superuser:
            return tickets
        return tickets.filter(pk__in=Ticket.objects.at_desk_of(reader).values("pk"))

    def subject_of(self, thing: Ticket) -> User | None:
        """Who asked."""
        return thing.requester

    @admin.display(description=_("desk"))
    def at_desk(self, ticket: Ticket) -> SafeString:
        """Where it is worked."""
        where = reverse("desk:ticket", args=[ticket.number])
        return format_html('<a href="{}">{}</a>', where, _("Open at the desk"))


@admin.register(Rating)
class RatingAdmin(OnRecord):
    """What people thought, newest first."""

    list_display = ["at", "ticket", "agent", "score", "comment"]
    list_filter = ["score"]
    date_hierarchy = "at"
    list_select_related = ["ticket", "agent"]

    def subject_of(self, thing: Rating) -> User | None:
        """Who rated."""
        return thing.ticket.requester

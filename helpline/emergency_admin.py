"""Emergencies in the admin: all that ever were, with whom each alerted and how it went."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.admin import OnRecord
from helpline.models import Alert, Emergency, EmergencyStep
from helpline.models.record import ANSWERS
from helpline.templatetags.desk import span_words
from telemed.admin import ReadOnly


class Whole(ReadOnly, admin.TabularInline):
    """Part of the emergency, for who sees it, with the people."""

    extra = 0
    people = ["person"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the emergency."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the people of each row."""
        return super().get_queryset(request).select_related(*self.people)


class AlertInline(Whole):
    """Whom it has alerted."""

    model = Alert
    fields = ["person", "stage", "at", "rang_at", "opened_at", "declined_at", "answered_at"]


class StepInline(Whole):
    """What happened, in its order."""

    model = EmergencyStep
    people = ["person", "other"]
    fields = ["at", "kind", "person", "other", "words"]


@admin.register(Emergency)
class EmergencyAdmin(OnRecord):
    """To be found again by person and day; each has its review page."""

    list_display = ["whom", "pressed_at", "first_answer", "lasted", "became"]
    list_filter = ["stage", "outcome__kind"]
    list_select_related = ["ticket__requester", "outcome__by"]
    search_fields = ["=ticket__number", "ticket__requester__name", "ticket__requester__email"]
    date_hierarchy = "pressed_at"
    inlines = [AlertInline, StepInline]
    fields = [
        *("ticket", "review", "whose", "pressed_at", "place", "latitude", "longitude", "accuracy"),
        *(
            "call_back",
            "happening",
            "stage",
            "answered_first",
            "took",
            "answered_at",
            "answered_by",
        ),
        *("offered_to", "summary", "ended_at", "became", "became_in_words", "written_by"),
    ]
    readonly_fields = [
        *("review", "whose", "answered_first", "took"),
        *("became", "became_in_words", "written_by"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Emergency]:
        """With who answered."""
        return super().get_queryset(request).prefetch_related(ANSWERS)

    def subject_of(self, thing: Emergency) -> User | None:
        """Who needed help."""
        return thing.person

    @admin.display(description=_("emergency"), ordering="ticket__number")
    def whom(self, emergency: Emergency) -> str:
        """The number, and who needed help."""
        return f"{emergency.ticket.number}, {emergency.person}"

    @admin.display(description=_("first answer"))
    def first_answer(self, emergency: Emergency) -> str | None:
        """By whom, and how long after the press."""
        if not (first := emergency.first_answer) or not emergency.took:
            return None
        names = {"name": first.person, "time": span_words(emergency.took)}
        return gettext("%(name)s after %(time)s") % names

    @admin.display(description=_("over after"), ordering="ended_at")
    def lasted(self, emergency: Emergency) -> str | None:
        """From the press to the end."""
        over = emergency.ended_at
        return span_words(over - emergency.pressed_at) if over else None

    @admin.display(description=_("person"), ordering="ticket__requester__name")
    def whose(self, emergency: Emergency) -> str:
        """Who needed help."""
        return str(emergency.person)

    @admin.display(description=_("answered first by"))
    def answered_first(self, emergency: Emergency) -> User | None:
        """As in its review: whoever has it now may be another."""
        return emergency.first_answer.person if emergency.first_answer else None

    @admin.display(description=_("answered after"))
    def took(self, emergency: Emergency) -> str | None:
        """From the press to the answer."""
        return span_words(emergency.took) or None

    @admin.display(description=_("what became of them"), ordering="outcome__kind")
    def became(self, emergency: Emergency) -> str | None:
        """Chosen by whoever had it."""
        return str(emergency.became) if emergency.became else None

    @admin.display(description=_("in words"))
    def became_in_words(self, emergency: Emergency) -> str | None:
        """Written for colleagues."""
        return emergency.became.words or None if emergency.became else None

    @admin.display(description=_("written by"))
    def written_by(self, emergency: Emergency) -> str | None:
        """And when."""
        if (told := emergency.became) is None:
            return None
        return f"{told.by}, {date_format(localtime(told.at), 'DATETIME_FORMAT')}"

    @admin.display(description=_("review"))
    def review(self, emergency: Emergency) -> SafeString:
        """What happened, second by second, to be printed."""
        where = reverse("helpline:emergency-review", args=[emergency.pk])
        return format_html('<a href="{}">{}</a>', where, _("Open the review"))

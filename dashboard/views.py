"""The first page: the public directory for a visitor, a home for each role; and the inbox."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Doctor, User
from chat.models import Conversation
from dashboard.inbox import Inbox
from dashboard.sections import missed
from helpline.models import Channel, Emergency, Status, Ticket
from helpline.own import pending

ROWS = 5
DOCTORS = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What comes next for whoever asks."""
    user = request.user
    if not isinstance(user, User):
        doctors = Doctor.objects.listed()[:DOCTORS]
        return render(request, "dashboard/public.html", {"doctors": doctors})
    if user.is_staff:
        return render(request, "dashboard/staff.html", at_desk(user))
    page = "dashboard/doctor.html" if user.is_doctor else "dashboard/patient.html"
    return render(request, page, for_person(user))


def for_person(user: User) -> dict[str, Any]:
    """What waits for a patient or a doctor, each thing once."""
    tickets = list(pending(user)[:ROWS])
    live = Emergency.objects.live_of(user) if _may_be_live(user, tickets) else None
    rows = Conversation.objects.in_messages_of(user).before(None).with_newest(user, ROWS)
    context: dict[str, Any] = {
        "greeting": greeting(user),
        "rows": [(row, row.other(user)) for row in rows],
        "missed": missed(Inbox(user))[:ROWS],
        "tickets": [each for each in tickets if live is None or each.pk != live.ticket_id],
        "live": live,
    }
    if user.is_doctor:
        context["untold"] = Emergency.objects.untold_by(user).at_hand()[:ROWS]
    if user.is_patient:
        context["available"] = Doctor.objects.listed().available().filter(accepts_patients=True)[:3]
    return context


def _may_be_live(user: User, tickets: list[Ticket]) -> bool:
    return user.is_patient and any(each.channel == Channel.EMERGENCY for each in tickets)


def at_desk(user: User) -> dict[str, Any]:
    """What waits at the desk."""
    mine = Ticket.objects.filter(assignee=user, status=Status.ASSIGNED)
    queued = Ticket.objects.at_desk_of(user).queued()
    counted = {"queued": queued.count(), "mine": mine.count()}
    untold = Emergency.objects.untold_by(user).at_hand()[:ROWS]
    hands = {"in_other_hands": in_other_hands(user), "untold": untold}
    return {"greeting": greeting(user), **hands, **counted}


def in_other_hands(user: User) -> list[Emergency]:
    """Those that somebody else has, so that nobody need ask."""
    seen = Emergency.objects.for_user(user).live().filter(answered_at__isnull=False)
    return list(seen.exclude(ticket__assignee=user).exclude(offered_to=user).at_hand()[:ROWS])


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """All that waits for whoever asks, and what was last."""
    sections = Inbox(cast(User, request.user), request.session).sections
    waits = any(each.section.waits for each in sections)
    return render(request, "dashboard/inbox.html", {"sections": sections, "waits": waits})


def greeting(user: User) -> str:
    """By the clock of the viewer's zone."""
    hour = timezone.localtime().hour
    words = [(5, _("Hello")), (12, _("Good morning")), (18, _("Good afternoon"))]
    start = next((text for until, text in words if hour < until), _("Good evening"))
    return f"{start}, {user.short_name}"

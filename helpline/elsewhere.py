"""For who was told of an emergency that is not theirs to read any more: that it is elsewhere."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from helpline.models import Alert, EmergencyStep

View = Callable[[HttpRequest, UUID], HttpResponse]


def says_where_it_is(view: View) -> View:
    """They knew of it, so they are told that nothing is to be done; and nothing of it."""

    @wraps(view)
    def answer(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
        try:
            return view(request, emergency_id)
        except Http404:
            told = Alert.objects.filter(emergency=emergency_id, person=request.user.pk)
            if not told.exists():
                raise
            asked = EmergencyStep.objects.filter(emergency=emergency_id, other=request.user.pk)
            last = asked.filter(kind__in=("offered", "taken_back")).last()
            context = {"taken_back": bool(last and last.kind == "taken_back")}
            return render(request, "helpline/emergency/elsewhere.html", context, status=404)

    return answer

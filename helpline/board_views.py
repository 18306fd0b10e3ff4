"""The supervisor's board."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpline import figures
from helpline.desk_views import agent_of, show
from helpline.hours import zone
from helpline.queue import Desk

HEIGHT, GAP, BASE = 120, 44, 140


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Only supervisors and administrators."""
    desk = Desk(agent_of(request))
    if not desk.is_chief:
        raise Http404
    now = timezone.now()
    shown = figures.board(now)
    more = {
        "board": shown,
        "bars": bars(shown.days),
        "now": now,
        "zone": zone(),
    }
    return show(request, "helpline/desk/board.html", desk, title=_("Board"), **more)


def bars(days: list[figures.Day]) -> list[dict[str, Any]]:
    """Where the two bars of each day stand in the drawing."""
    most = max([1, *(max(opened, resolved) for _day, opened, resolved, _wait in days)])
    drawn = []
    for place, (day, opened, resolved, _wait) in enumerate(days):
        heights = [round(HEIGHT * number / most) for number in (opened, resolved)]
        drawn.append(
            {
                "day": day,
                "x": place * GAP,
                "label": place * GAP + 17,
                "second": place * GAP + 18,
                "opened": heights[0],
                "resolved": heights[1],
                "opened_top": BASE - heights[0],
                "resolved_top": BASE - heights[1],
            }
        )
    return drawn

"""The agents' desk, in the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path

from helpline import board_views, desk_views, work_views

app_name = "desk"


def at_desk(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """An address behind the admin's own door."""
    return path(route, admin.site.admin_view(view), name=name)


urlpatterns = [
    at_desk("", desk_views.desk, "home"),
    at_desk("availability/", desk_views.availability, "availability"),
    at_desk("next/", desk_views.claim_next, "next"),
    at_desk("board/", board_views.board, "board"),
    at_desk("<int:number>/", desk_views.ticket, "ticket"),
    at_desk("<int:number>/assignment/", work_views.assignment, "assignment"),
    at_desk("<int:number>/transfer/", work_views.transfer, "transfer"),
    at_desk("<int:number>/release/", work_views.release, "release"),
    at_desk("<int:number>/waiting/", work_views.waiting, "waiting"),
    at_desk("<int:number>/resolution/", work_views.resolution, "resolution"),
    at_desk("<int:number>/reopening/", work_views.reopening, "reopening"),
    at_desk("<int:number>/priority/", work_views.priority, "priority"),
    at_desk("<int:number>/notes/", work_views.notes, "notes"),
    at_desk("<int:number>/unsent/", work_views.unsent, "unsent"),
    at_desk("<int:number>/report/", work_views.report, "report"),
]

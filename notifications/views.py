"""The notification centre: everything that happened, newest first."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from notifications.centre import UNREAD, CentreForm, filtered, page_of, unread_by_filter
from notifications.models import Notification
from notifications.security import as_seen_from
from notifications.topics import topics


@require_safe
@login_required
def centre(request: HttpRequest) -> HttpResponse:
    """One's own notifications: a filter, and a page of it."""
    person = cast(User, request.user)
    form = CentreForm(request.GET)
    if not form.is_valid():
        raise Http404
    show, before, after = (form.cleaned_data[name] for name in ("show", "before", "after"))
    unread, page = unread_by_filter(person), page_of(filtered(person, show), before, after)
    as_seen_from(request.session, page.rows)
    context: dict[str, Any] = {
        "show": show,
        "filters": [(name, words, unread[name]) for name, words in _filters()],
        "unread": unread[show],
        "page": page,
    }
    return render(request, "notifications/centre.html", context)


def _filters() -> list[tuple[str, Any]]:
    return [("", _("All")), (UNREAD, _("Unread")), *topics()]


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks as read all that the filter shows."""
    form = CentreForm(request.POST)
    if not form.is_valid():
        raise Http404
    show = form.cleaned_data["show"]
    filtered(cast(User, request.user), show).mark_read()
    back = reverse("notifications:list")
    return redirect(f"{back}?{urlencode({'show': show})}" if show else back)


@require_POST
@login_required
def read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Marks one as read and goes to the thing itself."""
    own = Notification.objects.for_user(request.user)
    notification = get_object_or_404(own, pk=notification_id)
    own.filter(pk=notification.pk).mark_read()
    return redirect(notification.url)

"""The notification centre: everything that happened, newest first."""

from datetime import date
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notifications.models import Notification

PAGE = 30


@require_safe
@login_required
def centre(request: HttpRequest) -> HttpResponse:
    """One's own notifications by pages."""
    own = Notification.objects.for_user(request.user).select_related("recipient")
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    days = [(day, list(of_day)) for day, of_day in groupby(page.object_list, day_of)]
    return render(request, "notifications/centre.html", {"page": page, "days": days})


def day_of(notification: Notification) -> date:
    """The day of it in the viewer's zone."""
    return timezone.localtime(notification.updated_at).date()


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    Notification.objects.for_user(request.user).mark_read()
    return redirect("notifications:list")


@require_POST
@login_required
def read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Marks one as read and goes to the thing itself."""
    own = Notification.objects.for_user(request.user)
    notification = get_object_or_404(own, pk=notification_id)
    own.filter(pk=notification.pk).mark_read()
    return redirect(notification.url)

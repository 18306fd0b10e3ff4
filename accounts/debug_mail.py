"""The demo's post: mails are kept in memory and shown on a page, for there is no mail server."""

from collections import deque
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

delivered: deque[EmailMessage] = deque(maxlen=50)


class Mailbox(BaseEmailBackend):
    """Keeps the last fifty mails of this process, newest first."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        delivered.extendleft(email_messages)
        return len(email_messages)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everyone may read them, and so there is nothing here outside the demo."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "accounts/debug_mail.html", {"mails": list(delivered)})

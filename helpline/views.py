"""The pages of Help: answers, and one's tickets."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    """Where everyone who needs help begins."""
    raise Http404


def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer."""
    raise Http404


@login_required
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """One's ticket."""
    raise Http404

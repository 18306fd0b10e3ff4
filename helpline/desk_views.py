"""The agents' desk: the queue, and a ticket as its agent sees it."""

from django.http import Http404, HttpRequest, HttpResponse


def desk(request: HttpRequest) -> HttpResponse:
    """The queue."""
    raise Http404


def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """A ticket to be worked."""
    raise Http404

"""Everyone may read who opened what of theirs."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from audit.models import AccessRecord

PAGE = 50


@login_required
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The access log of the person who asks; names are looked up for the page at once."""
    records = AccessRecord.objects.for_user(request.user)  # type: ignore[arg-type]
    page = Paginator(records, PAGE).get_page(request.GET.get("page"))
    actors = User.objects.in_bulk({each.actor for each in page}, field_name="public_id")
    rows = [(each, actors.get(each.actor)) for each in page]
    return render(request, "audit/own.html", {"page": page, "rows": rows})

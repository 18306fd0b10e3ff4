"""The pages of Help that anyone may read: the first one, answers, and the search for them."""

import hashlib
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from helpline import asking
from helpline.forms import VoteForm, words_of
from helpline.hours import is_open, zone
from helpline.models import Article, Vote
from helpline.own import own
from helpline.reception import Reception
from helpline.searching import search, suggest
from telemed.models import Refusal

TICKETS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where everyone who needs help begins."""
    known = None if request.user.is_authenticated else zone()  # of a visitor we know no clock
    context = answers(words_of(request.GET)) | {"reception": Reception(timezone.now(), known)}
    if isinstance(request.user, User):
        context["open_chat"] = asking.open_chat_of(request.user)
        context["tickets"] = own(request.user)[:TICKETS]
    return render(request, "helpline/home.html", context)


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """All answers, or those with these words; what the search as one types reads."""
    return render(request, "helpline/articles.html", answers(words_of(request.GET)))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answers that may spare somebody the ticket whose subject they are writing."""
    found = suggest(words_of(request.GET))
    return render(request, "helpline/suggestions.html", {"suggested": found})


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer."""
    return _article(request, _published(slug))


@require_POST
def helpfulness(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether it helped, once for each person or session."""
    shown, form = _published(slug), VoteForm(request.POST)
    if not form.is_valid():
        return _article(request, shown)
    try:
        shown.count(helped=form.cleaned_data["helped"] == "yes", voter=_voter(request))
    except Refusal as refusal:
        messages.info(request, str(refusal.detail))
    else:
        messages.success(request, _("Thank you. It helps us to write better answers."))
    return redirect(shown)


def answers(words: str) -> dict[str, Any]:
    """What was found for these words; without any, everything by category."""
    if words:
        return {"q": words, "found": search(words)}
    published = Article.objects.published().select_related("category")
    every = published.defer("body").order_by("category__order", "category__name", "order", "title")
    groups = [(category, list(each)) for category, each in groupby(every, lambda a: a.category)]
    return {"q": "", "groups": groups}


def _published(slug: str) -> Article:
    return get_object_or_404(Article.objects.published().select_related("category"), slug=slug)


def _article(request: HttpRequest, shown: Article) -> HttpResponse:
    vote = Vote.objects.filter(article=shown, voter=_voter(request)).first()
    others = Article.objects.published().filter(category=shown.category).exclude(pk=shown.pk)
    context = {
        "article": shown,
        "vote": vote,
        "others": others.defer("body")[:5],
        "is_open": is_open(timezone.now()),
    }
    return render(request, "helpline/article.html", context)


def _voter(request: HttpRequest) -> str:
    """Whose vote it is; of the session of a visitor only the digest is kept."""
    if isinstance(request.user, User):
        return f"person:{request.user.public_id}"
    session: SessionBase = request.session
    if request.method == "POST" and not session.session_key:
        session.create()
    return f"session:{hashlib.sha256((session.session_key or '').encode()).hexdigest()}"

"""The check of one's own device: the page, what it sends, and a way to try the relay."""

import time
from typing import Any, cast

import msgspec
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from calls import ice
from helpline.models.diagnostics import FACTS, Diagnosis
from telemed import relay
from telemed.limits import TooFast, allowances
from telemed.models import Refusal
from telemed.policies import uses_devices

LONGEST = 200
LARGEST = 8_000

# Long enough to ask the relay once, and of no use for a call.
RELAY_SECONDS = 30
RELAY_RATE = (1 / 60, 3)


class ReportForm(forms.Form):
    """A few short facts, and no others."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in FACTS:
            self.fields[name] = forms.CharField(max_length=LONGEST, required=False)

    @property
    def facts(self) -> dict[str, str]:
        """What was said."""
        return {name: said for name, said in self.cleaned_data.items() if said}


@require_safe
@login_required
@uses_devices
def check(request: HttpRequest) -> HttpResponse:
    """Looks at the browser, and gives the letters to read out."""
    names = {name: str(words) for name, words in FACTS.items()}
    return render(request, "helpline/check.html", {"names": names})


@require_POST
@login_required
def report(request: HttpRequest) -> HttpResponse:
    """Keeps what the page has found; the answer is its code."""
    form = ReportForm(_said(request))
    if not form.is_valid() or not form.facts:
        return JsonResponse({"detail": "A report is a few short facts."}, status=400)
    try:
        kept = Diagnosis.objects.keep(cast(User, request.user), form.facts)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"code": kept.code}, status=201)


@require_POST
@login_required
def relay_trial(request: HttpRequest) -> HttpResponse:
    """Credentials that last half a minute, to ask the relay for an address and no more."""
    person = cast(User, request.user)
    if not relay.is_configured():
        return JsonResponse({"servers": []})
    if not allowances.of(person.pk).take("helpline.relay", RELAY_RATE):
        return _refused(TooFast())
    return JsonResponse({"servers": [_trial_server(person)]})


def _trial_server(person: User) -> dict[str, object]:
    """As coturn's scheme has it: who, and until when."""
    username = f"{int(time.time()) + RELAY_SECONDS}:check-{person.public_id}"
    secret = ice.credential(settings.TURN_SECRET, username)
    return {"urls": settings.TURN_URLS, "username": username, "credential": secret}


def _refused(refusal: Refusal) -> HttpResponse:
    return JsonResponse({"detail": str(refusal.detail)}, status=refusal.status)


def _said(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; nothing for anything else."""
    if len(request.body) > LARGEST:
        return {}
    try:
        return msgspec.json.decode(request.body, type=dict[str, str])
    except msgspec.MsgspecError:
        return {}

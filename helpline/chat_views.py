"""Live chat: its first message; from then on it is the page of its ticket."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chat.views import SignedIn
from helpline import asking
from helpline.forms import ChatForm
from helpline.reception import Reception
from telemed.models import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def chat(request: SignedIn) -> HttpResponse:
    """Back to the open chat, or the first message of a new one; outside hours of a ticket."""
    if request.method != "POST" and (running := asking.open_chat_of(request.user)):
        return redirect(running)
    known = {"category": request.GET.get("category", ""), "body": request.GET.get("subject", "")}
    form = ChatForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(asking.chat(request.user, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal.detail))
    context: dict[str, Any] = {"form": form, "reception": Reception(timezone.now())}
    return render(request, "helpline/chat.html", context)

"""Which subscription belongs to the browser that is asking: its session knows."""

import hashlib
import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import PushSubscription

KEPT_AS = "push"

# The first that matches: most programs also bear the names of those they resemble.
PROGRAMS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def name_of(user_agent: str) -> str:
    """Chrome on Android; so that people know their devices apart."""
    found = [
        next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
        for names in (PROGRAMS, SYSTEMS)
    ]
    if not all(found):
        return "".join(found) or str(_("A browser"))
    return _("%(program)s on %(system)s") % {"program": found[0], "system": found[1]}


def digest(endpoint: str) -> str:
    """By this a page sees whether the server knows the subscription that its browser has."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:16]


def remember(request: HttpRequest, subscription: PushSubscription) -> None:
    """A browser has one subscription; an earlier one of this session is over."""
    known = request.session.get(KEPT_AS, {}).get("id")
    if known != str(subscription.pk):
        forget(subscription.person, request)
    about = {"id": str(subscription.pk), "digest": digest(subscription.endpoint)}
    request.session[KEPT_AS] = about


def forget(user: User, request: HttpRequest) -> None:
    """This browser is not pushed to any more."""
    known = request.session.pop(KEPT_AS, None)
    if known:
        PushSubscription.objects.for_user(user).filter(pk=known["id"]).delete()

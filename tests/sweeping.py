"""Every address of the site, as the resolver knows it, and a pair of people to try them with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.sessions.backends.db import SessionStore
from django.urls import URLPattern, get_resolver

from accounts.models import SignIn, User
from calls.models import Call
from chat import posting
from chat.models import Conversation
from helpline.models import Category, Emergency, Ticket
from notifications.models import Notification, PushSubscription
from telemed.management.commands import seed

# What a browser hands over to be pushed to: a point of P-256 and a secret.
KEYS = {
    "p256dh": "BBQkRjAS0YCcvY9rdaYbvSUMf0H1WiYV5GypeVdD5QJ1"
    "CkhrwRXI4jqjoGM4Cr7beh5R8PG5CCHJc7rizWAUbzE",
    "auth": "AAECAwQFBgcICQoLDA0ODw",
}

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^]]*\]|[^()])*\)")


@dataclass(frozen=True)
class Route:
    """One address: its name (its pattern, where it has none) and its pattern."""

    name: str
    pattern: str

    def __str__(self) -> str:
        return self.name

    @property
    def parameters(self) -> list[str]:
        return [one or other for one, other in PARAMETER.findall(self.pattern)]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/v1/")

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    def path(self, values: dict[str, Any]) -> str:
        filled = PARAMETER.sub(lambda found: str(values[found[1] or found[2]]), self.pattern)
        return "/" + re.sub(r"[\^$?]", "", filled)


def routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def api_routes() -> list[Route]:
    return [route for route in routes() if route.is_api]


def _walk(resolver: Any, prefix: str, space: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Route(f"{space}{each.name}" if each.name else f"/{pattern}", pattern)
        else:
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each, pattern, inner)


@dataclass(frozen=True)
class Pair:
    """A patient and a doctor who write to each other; the patient is calling.

    The patient has asked the helpline twice: one ticket is in the queue, one is resolved.
    """

    patient: User
    doctor: User
    conversation: Conversation
    call: Call
    notification: Notification
    subscription: PushSubscription
    ticket: Ticket
    settled: Ticket
    emergency: Emergency
    sign_in: SignIn

    def values(self, route: Route) -> dict[str, Any]:
        """What stands in the addresses of this pair's things."""
        is_after = route.pattern.endswith(("rating/", "reopening/", "rating/$", "reopening/$"))
        ticket = self.settled if is_after else self.ticket
        keys = {
            "tickets": ticket.pk,
            "conversations": self.conversation.pk,
            "calls": self.call.pk,
            "notifications": self.notification.pk,
            "push-subscriptions": self.subscription.pk,
            "emergencies": self.emergency.pk,
        }
        things = [key for name, key in keys.items() if f"{name}/" in route.pattern]
        return {
            "conversation_id": self.conversation.pk,
            "call_id": self.call.pk,
            "notification_id": self.notification.pk,
            "emergency_id": self.emergency.pk,
            "sign_in_id": self.sign_in.pk,
            "public_id": self.patient.public_id,
            "slug": self.doctor.doctor.slug,
            "kind": "audio",
            "number": ticket.number,
            "pk": next(iter(things), None),
        }

    def bodies(self) -> dict[str, dict[str, Any]]:
        """What a well-meant POST says, where it has to say something."""
        message = {"client_id": str(uuid4()), "body": "Hello"}
        whom = {"conversation": str(self.conversation.pk), "kind": "audio"}
        asked = {"category": "payments", "subject": "Receipt", **message}
        return {
            "ticket-list": asked,
            "ticket-replies": message,
            "ticket-rating": {"score": 5},
            "ticket-reopening": {"body": "It is not solved."},
            "helpline:new": asked,
            "helpline:chat": {"category": "payments", **message},
            "helpline:ticket": message,
            "helpline:rating": {"score": 5},
            "helpline:reopening": {"wrong": "It is not solved."},
            "chat:conversation": message,
            "calls:list": whom,
            "call-list": whom,
            "conversation-list": {"doctor": self.doctor.doctor.slug},
            "conversation-messages": message,
            "conversation-reading": {"seq": 1},
            "conversation-receipt": {"seq": 1},
            "push-subscription-list": {"endpoint": endpoint("another"), "keys": KEYS},
        }


def meet(patient: User, doctor: User) -> Pair:
    """Both have a photo and have written; nobody has read anything, and the call rings.

    The patient is pushed to.
    """
    for person in (patient, doctor):
        seed.add_photo(person, seed.DEMO / "rao.jpg")
    conversation = Conversation.objects.direct(patient, doctor)
    for author in (patient, doctor):
        posting.post(
            author=author,
            conversation_id=conversation.pk,
            client_id=uuid4(),
            body=f"{author.email} wrote this",
        )
    emergency = alarm(patient)
    call = Call.objects.start(conversation, by=patient, kind="video")
    notification = Notification.objects.for_user(patient).get()
    subscription = PushSubscription.objects.register(
        patient, endpoint=endpoint(patient.pk), device="Phone", **KEYS
    )
    ticket, settled = (_ask(patient, subject) for subject in ("Receipt", "Password"))
    settled.resolve(by=patient)
    told = (notification, subscription)
    after = (emergency, signed_in(patient))
    return Pair(patient, doctor, conversation, call, *told, ticket, settled, *after)


def _ask(patient: User, subject: str) -> Ticket:
    payments = Category.objects.get_or_create(slug="payments", defaults={"name": "Payments"})[0]
    body = f"{patient.email} asked about {subject}"
    return Ticket.objects.open(requester=patient, category=payments, subject=subject, body=body)


def alarm(patient: User) -> Emergency:
    """Nobody was on duty, and the patient has hung up: it goes on in writing."""
    emergency = Emergency.objects.press(by=patient)
    assert emergency.call
    emergency.call.cancel(patient)
    return emergency


def signed_in(person: User) -> SignIn:
    """In some browser."""
    session = SessionStore()
    session.save()
    return SignIn.objects.create(
        person=person, session_id=session.session_key, browser="Firefox on Android"
    )


def endpoint(of: object) -> str:
    """Where a push service has a browser."""
    return f"https://fcm.googleapis.com/fcm/send/{of}"

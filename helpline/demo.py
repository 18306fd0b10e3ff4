"""What the demo's helpline needs to be tried: hours, an agent, people on duty, ready answers."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from helpline.models import Agent, CannedReply, Duty, OpeningHours

ROSTER = [
    ("ravi@example.com", Duty.Kind.AGENT),
    ("rao@example.com", Duty.Kind.DOCTOR),
    ("devika@example.com", Duty.Kind.SUPERVISOR),
]
WATCH = timedelta(days=365)
READY = [
    ("Greeting", "hello", "Hello {name}, this is {agent}. I am looking into it now."),
    ("More about the device", "device", "Which device and which browser do you use, {name}?"),
    (
        "Load the page again",
        "reload",
        "Please load the page again, and tell me what it shows then.",
    ),
    ("Anything else", "else", "Is there anything else I can help you with?"),
    (
        "It is solved",
        "solved",
        "I am glad that it works. To open ticket {number} again, write here.",
    ),
]


@transaction.atomic
def furnish() -> None:
    """Adds what is missing, and changes nothing that is there; open day and night."""
    if not OpeningHours.objects.exists():
        whole = {"opens": time.min, "closes": time.max}
        OpeningHours.objects.bulk_create(OpeningHours(weekday=day, **whole) for day in range(7))
    for title, shortcut, body in READY:
        CannedReply.objects.get_or_create(
            shortcut=shortcut, defaults={"title": title, "body": body}
        )
    now = timezone.now()
    for email, kind in ROSTER:
        if person := User.objects.filter(email=email).first():
            keep_on_duty(person, kind, now)


def keep_on_duty(person: User, kind: str, now: datetime) -> None:
    """A watch that runs, if this person has none."""
    if kind == Duty.Kind.AGENT:
        Agent.objects.get_or_create(person=person, defaults={"is_available": True})
    if not Duty.objects.at(now).filter(person=person, kind=kind).exists():
        Duty.objects.create(person=person, kind=kind, starts_at=now, ends_at=now + WATCH)

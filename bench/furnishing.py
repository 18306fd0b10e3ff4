"""A site with something on every page, put into the database in bulk, and what its pages ask."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Doctor, Patient, PresenceLease, Role, User
from bench.population import DOCTORS, PATIENTS, doctor, people, sign_in
from calls.models import Call, EndReason, Participant, Status
from chat.kinds import MESSAGE
from chat.models import Conversation, Member, Message
from chat.models.selection import pair_key
from notifications.models import Notification

PEOPLE, MESSAGES, GROUPS = 60, 60, 100
# The fewest conversations that fill the pages of a busy person.
KNOWN = 30
BOUNDARIES = ("BEGIN", "COMMIT")


def furnish(file: str) -> None:
    """Writes down the pages: who opens which, with what session, and how many queries it asks."""
    with transaction.atomic():
        pages = fill()
    for page in pages:
        page["queries"] = queries(page)
    Path(file).write_text(json.dumps(pages))


def fill() -> list[dict[str, Any]]:
    patients = people(Role.PATIENT, PATIENTS, PEOPLE)
    doctors = people(Role.DOCTOR, DOCTORS, PEOPLE)
    agent, administrator = people(Role.AGENT, ("Ravi Kumar", "Nandini Joshi"), 2)
    agent.is_staff = administrator.is_staff = administrator.is_superuser = True
    User.objects.bulk_update([agent, administrator], ["is_staff", "is_superuser"])
    Patient.objects.bulk_create(Patient(user=each) for each in patients)
    Doctor.objects.bulk_create(doctor(each, number) for number, each in enumerate(doctors))
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    PresenceLease.objects.bulk_create(
        PresenceLease(user=each, expires_at=tomorrow) for each in doctors[::2]
    )
    Group.objects.bulk_create(Group(name=f"Group {number}") for number in range(GROUPS))
    pairs = [(patients[0], each) for each in doctors[:KNOWN]]
    pairs += [(each, doctors[0]) for each in patients[1:KNOWN]]
    begun = [acquaint(*pair) for pair in pairs]
    sessions = sign_in([patients[0], doctors[0], agent, administrator])
    roles = {"visitor": None, "patient": patients[0], "doctor": doctors[0]}
    roles |= {"agent": agent, "administrator": administrator}
    keys = {role: sessions[who.pk] if who else "" for role, who in roles.items()}
    return [
        {"page": page, "role": role, "path": path, "session": keys[role]}
        for page, path, among in addresses(begun[0])
        for role in among.split()
    ]


def addresses(conversation: Conversation) -> list[tuple[str, str, str]]:
    """The main pages, and who uses them; the last one is the reference."""
    return [
        ("home", "/", "visitor patient doctor agent"),
        ("doctors", "/doctors/", "visitor patient"),
        ("a doctor", "/doctors/doctor-0/", "visitor patient"),
        ("messages", "/messages/", "patient doctor"),
        ("a conversation", f"/messages/{conversation.pk}/", "patient doctor"),
        ("calls", "/calls/", "patient doctor"),
        ("notifications", "/notifications/", "patient doctor"),
        ("admin change list", "/admin/auth/group/", "administrator"),
    ]


def acquaint(patient: User, their_doctor: User) -> Conversation:
    """They have written, called, missed calls, and been told of it."""
    pair = (patient, their_doctor)
    conversation = Conversation.objects.create(pair_key=pair_key(*pair), last_seq=MESSAGES)
    Member.objects.bulk_create(
        Member(conversation=conversation, person=each, delivered_seq=MESSAGES, read_seq=read)
        for each, read in zip(pair, (MESSAGES, MESSAGES - 3), strict=True)
    )
    start = timezone.now() - datetime.timedelta(days=2)
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            seq=seq,
            changed_seq=seq,
            author=pair[seq % 2],
            body=f"No. {seq}: the dizziness has gone since I take the tablets after breakfast.",
            created_at=start + datetime.timedelta(minutes=seq),
        )
        for seq in range(1, MESSAGES + 1)
    )
    call(conversation, *pair, EndReason.COMPLETED)
    call(conversation, *pair, EndReason.MISSED)
    Notification.objects.bulk_create(told(conversation, *pair))
    return conversation


def call(conversation: Conversation, by: User, other: User, reason: EndReason) -> None:
    now = timezone.now()
    talked = now if reason == EndReason.COMPLETED else None
    made = Call.objects.create(
        conversation=conversation,
        kind="video",
        status=Status.ENDED,
        end_reason=reason,
        started_by=by,
        ring_expires_at=now,
        accepted_at=talked,
        connected_at=talked,
        ended_at=now,
    )
    Participant.objects.bulk_create(
        Participant(call=made, person=each, joined_at=talked, left_at=talked)
        for each in (by, other)
    )


def told(conversation: Conversation, patient: User, their_doctor: User) -> list[Notification]:
    """The doctor has not looked yet, the patient has."""
    key, url = conversation.notification_key, conversation.get_absolute_url()
    common = {"kind": MESSAGE.name, "key": key, "url": url}
    return [
        Notification(
            recipient=their_doctor, open_key=key, context={"sender": patient.name}, **common
        ),
        Notification(
            recipient=patient,
            read_at=timezone.now(),
            context={"sender": their_doctor.name},
            **common,
        ),
    ]


def queries(page: dict[str, Any]) -> int:
    """How many one visit asks, when what is asked once by each process has been asked."""
    client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
    client.cookies[settings.SESSION_COOKIE_NAME] = page["session"]
    client.get(page["path"])
    with CaptureQueriesContext(connection) as asked:
        client.get(page["path"])
    return sum(not each["sql"].startswith(BOUNDARIES) for each in asked)

"""People who write to each other, put into our database in bulk, already signed in."""

import datetime
import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.models import Doctor, Patient, Role, User
from chat.models import Conversation, Member
from chat.models.selection import pair_key

PATIENTS = ("Asha Verma", "Imran Sheikh", "Lakshmi Menon", "Joseph Fernandes", "Zoya Khan")
DOCTORS = ("Dr Vikram Rao", "Dr Meera Nair", "Dr Ananya Iyer", "Dr Arjun Singh", "Dr Leela Das")


@transaction.atomic
def fill(conversations: int, roster: str) -> None:
    """A patient and a doctor in each conversation; `roster` is written for who plays them."""
    patients = people(Role.PATIENT, PATIENTS, conversations)
    doctors = people(Role.DOCTOR, DOCTORS, conversations)
    Patient.objects.bulk_create(Patient(user=each) for each in patients)
    Doctor.objects.bulk_create(doctor(each, number) for number, each in enumerate(doctors))
    pairs = list(zip(patients, doctors, strict=True))
    begun = Conversation.objects.bulk_create(
        Conversation(pair_key=pair_key(*pair)) for pair in pairs
    )
    Member.objects.bulk_create(
        Member(conversation=conversation, person=person)
        for conversation, pair in zip(begun, pairs, strict=True)
        for person in pair
    )
    sessions = sign_in(patients + doctors)
    entries = [
        {"conversation": str(each.pk), "members": [entry(person, sessions) for person in pair]}
        for each, pair in zip(begun, pairs, strict=True)
    ]
    Path(roster).write_text(json.dumps(entries))


def people(role: Role, names: tuple[str, ...], number: int) -> list[User]:
    """As many, who can enter by their sessions alone."""
    unsaved = [
        User(email=f"{role}{each}@example.com", name=names[each % len(names)], role=role)
        for each in range(number)
    ]
    for person in unsaved:
        person.set_unusable_password()
    return User.objects.bulk_create(unsaved)


def doctor(person: User, number: int) -> Doctor:
    return Doctor(
        user=person, slug=f"doctor-{number}", registration_number=str(number), languages=["en"]
    )


def sign_in(persons: list[User]) -> dict[int, str]:
    """Sessions as signing in makes them; returns their keys."""
    until = timezone.now() + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    sessions = {person.pk: Session(session_key=secrets.token_hex(16)) for person in persons}
    for person in persons:
        content = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        sessions[person.pk].session_data = SessionStore().encode(content)
        sessions[person.pk].expire_date = until
    Session.objects.bulk_create(sessions.values())
    return {key: session.session_key for key, session in sessions.items()}


def entry(person: User, sessions: dict[int, str]) -> dict[str, Any]:
    """What the generator and the peer need to know of a person."""
    return {
        "person": str(person.public_id),
        "name": person.display_name,
        "initials": person.initials,
        "hue": person.hue,
        "session": {"ours": sessions[person.pk], "peer": secrets.token_urlsafe(24)},
    }

"""The people of these tests, made in a process beside the servers; prints who and where they are.

Every room has a cast of its own, so that the tests can share the servers and no limit of one
person is used up by another test.
"""

import json
import os
from importlib import import_module
from typing import Any

ROOMS = 40
WARD = ["asha", "rao", "meera", "iyer", "priya", "arjun"]
DOCTORS = {"rao", "meera", "iyer"}


def main() -> None:
    """Prints the rooms as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "telemed.settings")
    import django

    django.setup()
    print(json.dumps({"rooms": [room(number) for number in range(ROOMS)], "admin": admin()}))


def room(number: int) -> dict[str, Any]:
    """Six people in one conversation, and Asha and Dr Rao in one of their own besides."""
    from chat.models import Conversation, Member

    people = {name: enrol(name, number) for name in WARD}
    direct = Conversation.objects.direct(people["asha"], people["rao"])
    ward = Conversation.objects.create(pair_key=f"ward-{number}")
    Member.objects.bulk_create(
        Member(conversation=ward, person=person) for person in people.values()
    )
    return {
        "direct": str(direct.pk),
        "ward": str(ward.pk),
        "people": {name: card(person) for name, person in people.items()},
    }


def enrol(name: str, number: int) -> Any:
    """A person who signs in by the session that they are given."""
    from accounts.models import Doctor, Patient, User

    role = "doctor" if name in DOCTORS else "patient"
    user = User.objects.create_user(
        email=f"{name}.{number}@example.com", name=f"{name.title()} {number}", role=role
    )
    if role == "doctor":
        slug = f"{name}-{number}"
        Doctor.objects.update_or_create(
            user=user,
            defaults={"slug": slug, "registration_number": slug, "accepts_patients": True},
        )
    else:
        Patient.objects.update_or_create(user=user)
    user.confirm_email()
    return user


def admin() -> dict[str, Any]:
    """An administrator."""
    from accounts.models import User

    return card(User.objects.create_superuser(email="root@example.com", name="Root"))


def card(user: Any) -> dict[str, Any]:
    """How a test knows a person: their ids and the key of a session of theirs."""
    return {"pk": user.pk, "id": str(user.public_id), "session": session_of(user)}


def session_of(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main()

"""How a row of the record is written: with the change, and before the answer of a read."""

import datetime
import uuid
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpRequest

from accounts import client
from accounts.witness import Act
from telemed import logs

if TYPE_CHECKING:
    from accounts.models import User

WINDOW = datetime.timedelta(minutes=15)


def record(
    actor: "User | None",
    act: str,
    *,
    subject_person: "User | None" = None,
    object_type: str = "",
    object_id: object = "",
    request: HttpRequest | None = None,
    result: str = "ok",
) -> None:
    """Writes one row; a read that the same person made within 15 minutes writes none."""
    model: Any = apps.get_model("audit", "AccessRecord")
    row = model(
        actor=_id(actor),
        act=act,
        subject_person=_id(subject_person),
        object_type=object_type,
        object_id=str(object_id),
        address=client.address_of(request) if request else logs.address.get(),
        request_id=logs.request_id.get()[:64],
        result=result[:40],
    )
    row.write(once_within=WINDOW if act == Act.OPENED else None)


def opened(actor: "User | None", thing: Any, **more: Any) -> None:
    """`actor` reads `thing` (a model instance)."""
    record(actor, Act.OPENED, **named(thing), **more)


def changed(actor: "User | None", thing: Any, **more: Any) -> None:
    """`actor` changed `thing` (a model instance)."""
    record(actor, Act.CHANGED, **named(thing), **more)


def named(thing: Any) -> dict[str, Any]:
    """What a row calls a model instance: `chat.conversation` and its public id."""
    identity = getattr(thing, "public_id", None) or thing.pk
    return {"object_type": thing._meta.label_lower, "object_id": str(identity)}


def _id(person: "User | None") -> uuid.UUID | None:
    return getattr(person, "public_id", None)

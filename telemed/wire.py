"""The wire: every message between server and browser, declared once as a class.

A subclass of `Event` or `Command` in `<app>/events.py` is the declaration. Its wire name is
made of the app and the class (`chat.events.MessagePosted` is `chat.message_posted`), and from
the declarations `manage.py wire` writes the JavaScript names and types, the protocol document
and the examples of the tests.

The envelope is `{type, data, ref?}`. `ref` is the client's id of a command, echoed by its
`wire.ack` or `wire.refused`.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Protocol

import msgspec
from django.db import transaction

FRAME_LIMIT = 64 * 1024
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Addressable(Protocol):
    """Anything with a group of sockets: a person, a conversation, a call."""

    @property
    def group(self) -> str: ...


class BadFrame(Exception):
    """A frame that is not a command: not JSON, of an unknown type, or of the wrong shape."""


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common shape of events and commands; unknown fields are refused."""

    wire_name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        app = cls.__module__.removeprefix("telemed.").split(".")[0]
        cls.wire_name = f"{app}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"


EVENTS: dict[str, type["Event"]] = {}
COMMANDS: dict[str, type["Command"]] = {}


class Event(Declared, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact on its way to browsers."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__name__.startswith("_"):
            EVENTS[cls.wire_name] = cls


class Command(Declared, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a browser asks for.

    `rate` is what one person may send of it: a steady number a second, and a burst.
    """

    rate: ClassVar[tuple[float, int]] = (30.0, 60)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        COMMANDS[cls.wire_name] = cls


class Ack(Event):
    """The command with this `ref` was done; `result` is what it returned, after commit."""

    result: Any = None


class Refused(Event):
    """The command with this `ref` was not done: a code for programs, words for people."""

    code: str
    detail: str


class Beat(Event):
    """The server lives, and this is where things stand: a page behind a head fetches."""

    heads: dict[str, int]


class AnswerBeat(Command):
    """The page lives. Sent from `onmessage`, because hidden tabs slow their timers."""

    rate: ClassVar[tuple[float, int]] = (4.0, 128)


class Inbound(msgspec.Struct, forbid_unknown_fields=True):
    """The envelope as it arrives: the type first, the data when the type is known."""

    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    ref: str | None = None


class Outbound(msgspec.Struct, omit_defaults=True):
    """The envelope as it leaves."""

    type: str
    data: Event
    ref: str | None = None


_envelope = msgspec.json.Decoder(Inbound)
_encoder = msgspec.json.Encoder()


@cache
def _decoder(command: type[Command]) -> msgspec.json.Decoder[Command]:
    return msgspec.json.Decoder(command)


def encode(event: Event, ref: str | None = None) -> str:
    """The text frame of an event."""
    return _encoder.encode(Outbound(type=event.wire_name, data=event, ref=ref)).decode()


def builtins(event: Event) -> dict[str, Any]:
    """The event's data as plain JSON values: what REST answers for the same thing."""
    return msgspec.to_builtins(event)


def read_envelope(frame: str | bytes) -> Inbound:
    """Reads the envelope of a frame; raises `BadFrame` in words."""
    try:
        envelope = _envelope.decode(frame)
    except UNREADABLE as error:
        raise BadFrame(str(error)) from None
    if envelope.ref is not None and len(envelope.ref) > 64:
        raise BadFrame("`ref` is longer than 64 characters")
    return envelope


def read_command(envelope: Inbound) -> Command:
    """Reads the data of an envelope as the command it names; raises `BadFrame` in words."""
    command = COMMANDS.get(envelope.type)
    if command is None:
        raise BadFrame("There is no such command")
    try:
        return _decoder(command).decode(envelope.data)
    except UNREADABLE as error:
        raise BadFrame(str(error)) from None


def groups_of(to: Addressable | Iterable[Addressable]) -> list[str]:
    """The groups' names of one addressee or several."""
    several = (to,) if hasattr(to, "group") else to
    return [one.group for one in several]


Addressees = Addressable | Iterable[Addressable]
Facts = Iterable[tuple[Event, Addressees]]


def publish(event: Event, to: Addressees) -> None:
    """Sends a fact when the surrounding transaction commits; the one door for facts.

    For synchronous domain code, in any thread. Nothing leaves when the transaction rolls
    back. A failure on the way is logged and heals by the heads: the row is the truth.
    """
    publish_all([(event, to)])


def publish_all(facts: Facts) -> None:
    """Several facts, which leave together and in this order."""
    from telemed.hub import hub

    frames = frames_of(facts)
    transaction.on_commit(lambda: hub.emit(frames), robust=True)


def frames_of(facts: Facts) -> list[tuple[list[str], str]]:
    """Each fact as its groups and its frame."""
    return [(groups_of(to), encode(event)) for event, to in facts]

"""What browsers hear and ask about calls."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from telemed.wire import Command, Event

PartyId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[0-9A-Za-z-]{8,36}\Z",
        extra_json_schema={"examples": ["6f1f3a52-58b5-4b3a-9c53-0f9b7f0f6a11"]},
    ),
]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Short = Annotated[str, msgspec.Meta(max_length=256)]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, with all that a page needs to show them; `role` is in words."""

    id: UUID
    name: str
    initials: str
    hue: int
    photo: str | None
    role: str


class CallRang(Event):
    """Someone calls this person. `waiting`: quietly, they are in a call; told anew once free.

    An emergency rings a group and never rings out: it has no `ring_expires_at`. `about` is what
    the caller has told, `page` where to read on; while it rings it is told anew with what is new.
    """

    id: UUID
    conversation: UUID
    kind: str
    caller: Caller
    ring_expires_at: datetime | None
    waiting: bool
    about: str = ""
    page: str = ""


class CallAlerted(Event):
    """A device of the one who is called rings."""

    id: UUID


class CallAccepted(Event):
    """A device has answered: all others stop ringing."""

    id: UUID
    by: UUID


class CallDeclined(Event):
    """One of a group has declined: their own devices stop ringing, all others go on."""

    id: UUID
    by: UUID


class CallConnected(Event):
    """Media flow since then, by the server's clock; also the answer to `report_connected`."""

    id: UUID
    connected_at: datetime


class CallEnded(Event):
    """The call is over. `duration` is in seconds; without `ended_by` it was a deadline."""

    id: UUID
    conversation: UUID
    end_reason: str
    duration: int | None
    ended_by: UUID | None


class PartyJoined(Event):
    """A tab holds the call for a person. `polite` is the joiner's own side in a glare."""

    id: UUID
    person: UUID
    party_id: str
    polite: bool


class PartyLeft(Event):
    """A tab is out of the call; with the reason `lost` it may come back.

    With the reason `handed_over` the caller hears by now whoever has taken over.
    """

    id: UUID
    person: UUID
    party_id: str
    reason: str


class PartyMoved(Event):
    """This tab lost the call to another one of the same person, which joins next."""

    id: UUID
    person: UUID
    party_id: str


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A tab that holds the call for a person."""

    person: UUID
    party_id: str


class IceServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A STUN or TURN server, as RTCPeerConnection takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class CallJoined(Event):
    """The answer to `join_call`: how the call stands, and the others whose tabs have joined.

    A call that somebody answers in an emergency becomes of the kind `emergency`: a page that shows
    another kind is to be loaded anew.

    Two who are both polite are helpers of one emergency, the second of whom takes over: they have
    nothing to do with each other, and are not named here.

    With the policy `relay` one of its people hides their network address: what is not a
    candidate of a relay is not passed on.
    """

    kind: str
    status: str
    alerted: bool
    polite: bool
    parties: list[Party]
    ice_servers: list[IceServer]
    ice_transport_policy: str


class IceServersRenewed(Event):
    """The answer to `renew_ice_servers`: the same as on joining, with fresh credentials."""

    ice_servers: list[IceServer]
    ice_transport_policy: str


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """A session description."""

    type: Literal["offer", "answer"]
    sdp: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An ICE candidate in the browsers' own form; an empty one is the last."""

    candidate: Annotated[
        str, msgspec.Meta(pattern=r"\A((a=)?candidate:[ -~]{1,1000})?\Z", examples=[""])
    ]
    sdpMid: Short | None = None
    sdpMLineIndex: Annotated[int, msgspec.Meta(ge=0, le=64)] | None = None
    usernameFragment: Short | None = None


Candidates = Annotated[list[Candidate], msgspec.Meta(max_length=20)]


class SignalSent(Event):
    """What one browser needs to tell another to connect; relayed, never stored or logged."""

    call: UUID
    from_party: str
    to_party: str
    number: int
    description: Description | None
    candidates: list[Candidate] | None


class MediaChanged(Event):
    """A tab turned its microphone or camera on or off; relayed."""

    call: UUID
    party_id: str
    microphone: bool
    camera: bool


class JoinCall(Command):
    """Hold the call in this tab; `move` takes it from another one of mine."""

    party_id: PartyId
    move: bool = False


class RenewLease(Command):
    """This tab still holds the call; to be sent every ten seconds."""

    party_id: PartyId


class RenewIceServers(Command):
    """Credentials last two hours: asked for before a connection begins anew in a long call."""

    party_id: PartyId


class SendSignal(Command):
    """Relay to one party of the call; `number` rises with each signal of a party."""

    from_party: PartyId
    to_party: PartyId
    number: Count
    description: Description | None = None
    candidates: Candidates | None = None


class ReportConnected(Command):
    """Media flow between this tab and another."""

    party_id: PartyId


class ChangeMedia(Command):
    """Tell the others what I have turned on or off."""

    party_id: PartyId
    microphone: bool
    camera: bool


class LeaveCall(Command):
    """Hang up."""

    party_id: PartyId

"""Whether every message was acknowledged, stored, and delivered once to both ends, in order."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

ENDS = (0, 1)
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Sent:
    """A message as its sender knows it; `acks` are the numbers that were acknowledged."""

    id: str
    conversation: str
    acks: tuple[int, ...]


@dataclass(frozen=True)
class Stored:
    """A message as the database knows it."""

    id: str
    conversation: str
    seq: int


@dataclass(frozen=True)
class Arrived:
    """A message as one end of a conversation got it; these are listed as they came."""

    id: str
    conversation: str
    end: int
    seq: int


@dataclass(frozen=True)
class Verdict:
    """How many messages are wrong, and in which way."""

    lost: int = 0
    doubled: int = 0
    misordered: int = 0

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.misordered + other.misordered,
        )


def judge(sent: list[Sent], stored: list[Stored], arrived: list[Arrived]) -> Verdict:
    """Compares the three records; each message must stand in all of them, once."""
    wanted = Counter(place for message in sent for place in places(message))
    found: Counter[Place] = Counter(("acknowledged", each.id) for each in sent for _ in each.acks)
    found.update(("stored", each.id, each.conversation) for each in stored)
    found.update(("delivered", each.id, each.conversation, each.end) for each in arrived)
    return Verdict(
        lost=len({place[1] for place in wanted - found}),
        doubled=len({place[1] for place in found - wanted}),
        misordered=misnumbered(sent, stored, arrived) + overtaken(arrived) + holes(stored),
    )


def places(message: Sent) -> list[Place]:
    """Where one message must be found, once each."""
    delivered: list[Place] = [("delivered", message.id, message.conversation, end) for end in ENDS]
    return [("acknowledged", message.id), ("stored", message.id, message.conversation), *delivered]


def misnumbered(sent: list[Sent], stored: list[Stored], arrived: list[Arrived]) -> int:
    """Messages that were acknowledged or delivered under another number than the stored one."""
    numbers = {each.id: each.seq for each in stored}
    told = [(each.id, seq) for each in sent for seq in each.acks]
    told += [(each.id, each.seq) for each in arrived]
    return len({id_ for id_, seq in told if numbers.get(id_, seq) != seq})


def overtaken(arrived: list[Arrived]) -> int:
    """Messages that an end got after one with a higher number."""
    seqs = defaultdict(list)
    for each in arrived:
        seqs[each.conversation, each.end].append(each.seq)
    return sum(later < earlier for each in seqs.values() for earlier, later in pairwise(each))


def holes(stored: list[Stored]) -> int:
    """Numbers that are missing or taken twice below the highest of each conversation."""
    seqs = defaultdict(list)
    for each in stored:
        seqs[each.conversation].append(each.seq)
    return sum(
        number != seq for each in seqs.values() for number, seq in enumerate(sorted(each), start=1)
    )

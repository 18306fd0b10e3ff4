"""What was said, acknowledged, stored and read in a conversation, and what is wrong with it."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

Entry = tuple[int, str]


@dataclass
class History:
    """Tokens with their times and numbers; a token is the text of one message, and unique."""

    sent: dict[str, float] = field(default_factory=dict)
    acked: dict[str, tuple[int, float]] = field(default_factory=dict)
    read: dict[str, list[Entry]] = field(default_factory=dict)
    read_at: dict[tuple[str, str], float] = field(default_factory=dict)
    stored: list[Entry] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Everything that may not be, in words; nothing when all is well.

        Asked when all is quiet: by then every reader must have all that is stored.
        """
        return [*self._lost(), *self._doubled(), *self._invented(), *self._misordered()]

    def slowest(self) -> float:
        """The longest time between an acknowledgement and a reader's eyes."""
        waits = [at - self.acked[token][1] for (_, token), at in self.read_at.items()]
        return max(waits, default=0.0)

    def slow(self, seconds: float) -> list[str]:
        """Who read what later than this after its acknowledgement."""
        return [
            f"{reader} read {token} after {at - self.acked[token][1]:.1f} s"
            for (reader, token), at in self.read_at.items()
            if at - self.acked[token][1] > seconds
        ]

    def _lost(self) -> list[str]:
        stored = {token: seq for seq, token in self.stored}
        for_ever = [
            f"lost: {token} was acknowledged as {seq}, and stored as {stored.get(token)}"
            for token, (seq, _) in self.acked.items()
            if stored.get(token) != seq
        ]
        unread = [
            f"lost: {reader} has not read {seq} {token}"
            for reader, entries in self.read.items()
            for seq, token in self.stored
            if (seq, token) not in set(entries)
        ]
        return for_ever + unread

    def _doubled(self) -> list[str]:
        places = {"the database": self.stored, **self.read}
        return [
            f"doubled: {token} stands {count} times at {place}"
            for place, entries in places.items()
            for token, count in Counter(token for _, token in entries).items()
            if count > 1
        ]

    def _invented(self) -> list[str]:
        places = {"the database": self.stored, **self.read}
        return [
            f"invented: {token} at {place}"
            for place, entries in places.items()
            for _, token in entries
            if token not in self.sent
        ]

    def _misordered(self) -> list[str]:
        """Within every reader; and who began to speak after an answer comes after what it said."""
        wrong = [
            f"misordered: {reader} read {earlier} before {later}"
            for reader, entries in self.read.items()
            for earlier, later in pairwise(entries)
            if earlier[0] >= later[0]
        ]
        by_answer = sorted((at, seq, token) for token, (seq, at) in self.acked.items())
        by_start = sorted((self.sent[token], self.acked[token][0], token) for token in self.acked)
        highest, position = (0, ""), 0
        for began, seq, token in by_start:
            while position < len(by_answer) and by_answer[position][0] < began:
                highest = max(highest, by_answer[position][1:])
                position += 1
            if seq < highest[0]:
                wrong.append(f"misordered: {seq} {token} was begun after the answer to {highest}")
        return wrong

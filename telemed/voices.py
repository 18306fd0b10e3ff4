"""The voices of the other processes: which of their hints were heard, and who has fallen silent."""

# Every process is heard about once a second.
SILENCE_SECONDS = 4.0


class Voices:
    """The number of the last hint of each process, and when it came."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, float]] = {}

    def misses_some(self, process_id: str, number: int, now: float) -> bool:
        """Notes a hint; True when others came before it that were not heard.

        Of a process not known so far any number may have been sent before. A hint that comes
        late or twice proves nothing.
        """
        last, _ = self._last.get(process_id, (-1, now))
        self._last[process_id] = (max(last, number), now)
        return last < 0 or number > last + 1

    def fell_silent(self, now: float) -> bool:
        """Forgets who was not heard for long; True when there was someone."""
        silent = [each for each, (_, at) in self._last.items() if now - at > SILENCE_SECONDS]
        for each in silent:
            del self._last[each]
        return bool(silent)

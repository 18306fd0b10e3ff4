"""What is posted at once is committed at once, and each one gets its own answer."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from telemed import writer as writer_module
from telemed.writer import Full, Writer

Made = Callable[..., Writer[int, int]]


@pytest.fixture
def made() -> Iterator[Made]:
    """`made(commit)`: a writer that is forgotten with the test."""
    before = list(writer_module.writers)
    yield Writer
    writer_module.writers[:] = before


class Gate:
    """A commit that lasts until it is let go, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.began, self.may_go = asyncio.Event(), asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> list[int | BaseException]:
        self.batches.append(list(items))
        self.began.set()
        await self.may_go.wait()
        return [ValueError(item) if item < 0 else item * 10 for item in items]


async def start(writer: Writer[int, int], items: Sequence[int]) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(writer.put(item)) for item in items]
    await asyncio.sleep(0)  # lets each of them run up to its wait
    return tasks


async def test_what_arrives_during_a_commit_goes_into_the_next_one(made: Made) -> None:
    gate = Gate()
    writer = made(gate)
    first = await start(writer, [1])
    await gate.began.wait()
    later = await start(writer, [2, 3, 4])
    gate.may_go.set()
    assert await asyncio.gather(*first, *later) == [10, 20, 30, 40]
    assert gate.batches == [[1], [2, 3, 4]]


async def test_one_that_fails_fails_alone(made: Made) -> None:
    gate = Gate()
    gate.may_go.set()
    writer = made(gate)
    results = await asyncio.gather(*(writer.put(n) for n in (1, -2, 3)), return_exceptions=True)
    assert results[::2] == [10, 30]
    assert isinstance(results[1], ValueError)


async def test_a_batch_that_breaks_down_is_told_to_everyone_in_it(made: Made) -> None:
    async def broken(items: Sequence[int]) -> list[int | BaseException]:
        if 1 in items:
            raise ConnectionResetError
        return list(items)

    writer = made(broken)
    with pytest.raises(ConnectionResetError):
        await writer.put(1)
    assert await writer.put(2) == 2


async def test_a_full_queue_says_so_at_once(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "BOUND", 2)
    gate = Gate()
    writer = made(gate)
    first = await start(writer, [1])
    await gate.began.wait()
    waiting = await start(writer, [2, 3])
    with pytest.raises(Full):
        await writer.put(4)
    gate.may_go.set()
    assert await asyncio.gather(*first, *waiting) == [10, 20, 30]


async def test_finishing_waits_for_all_that_waits(made: Made) -> None:
    gate = Gate()
    writer = made(gate)
    tasks = await start(writer, [1])
    await gate.began.wait()
    tasks += await start(writer, [2])
    finishing = asyncio.create_task(writer.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    gate.may_go.set()
    await finishing
    assert await asyncio.gather(*tasks) == [10, 20]


async def test_who_went_away_meanwhile_disturbs_nobody(made: Made) -> None:
    gate = Gate()
    writer = made(gate)
    gone, stays = await start(writer, [1, 2])
    await gate.began.wait()
    gone.cancel()
    gate.may_go.set()
    assert await stays == 20

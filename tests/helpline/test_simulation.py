"""200 tickets, 10 emergencies, 8 agents of whom 3 vanish and one is silent: nothing is lost."""

from datetime import datetime, timedelta

import pytest
from time_machine import travel

from helpline.models import Agent, Category, Channel, Priority, Reason, Status, Ticket
from tests.helpline.people import agents, patients
from tests.helpline.simulation import Worker, World
from tests.long import only_in_long

BEGIN = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
HOUR = timedelta(hours=1)


def staff(payments: Category, calls: Category) -> list[Worker]:
    """Two categories; three agents vanish while most tickets come, and one never answers."""
    queues = [(), (payments,), (calls,), (payments, calls), (), (payments,), (calls,), ()]
    workers = []
    for number, (person, categories) in enumerate(zip(agents(8), queues, strict=True)):
        agent = Agent.objects.create(person=person, is_available=True, capacity=2 + number % 3)
        agent.categories.set(categories)
        workers.append(Worker(agent, works=timedelta(seconds=90 + 20 * number)))
    for worker, minutes in zip(workers[4:7], (4, 9, 16), strict=True):
        worker.vanishes_at = BEGIN + timedelta(minutes=minutes)
    workers[7].is_silent = True
    workers[7].agent.capacity = 2
    workers[7].agent.save()
    return workers


def arrivals(world: World, payments: Category, calls: Category) -> list:
    """Over half an hour; every twentieth is an emergency, every fifth a chat, some are pressing."""
    people, come = patients(40), []
    for number in range(200):
        fields: dict[str, object] = {"priority": Priority(world.random.choice([1, 2, 3]))}
        if number % 20 == 7:
            fields = {"channel": Channel.EMERGENCY}
        elif number % 5 == 0:
            fields = {"channel": Channel.CHAT, "chat_until": BEGIN + 2 * HOUR}
        at = HOUR / 2 * world.random.random()
        come.append((at, people[number % 40], (payments, calls)[number % 2], fields))
    return come


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, *only_in_long(2)])
def test_nothing_waits_alone_and_nothing_is_lost(
    seed: int, payments: Category, calls_category: Category
) -> None:
    with travel(BEGIN, tick=False) as time:
        workers = staff(payments, calls_category)
        world = World(time, workers, seed)
        world.run(arrivals(world, payments, calls_category))
    tickets = Ticket.objects.all()
    assert tickets.count() == 200
    assert set(tickets.values_list("status", flat=True)) == {Status.RESOLVED}
    assert tickets.filter(channel=Channel.EMERGENCY).count() == 10
    taken = tickets.filter(transitions__reason=Reason.AGENT_GONE).values("transitions__pk")
    assert taken.count() >= 3, "nobody vanished with anything in hand: this proves nothing"
    silent = tickets.filter(transitions__reason=Reason.AGENT_SILENT)
    assert silent.exists(), "nobody was silent: this proves nothing"
    assert world.longest <= timedelta(seconds=60)

"""The cast and the doors every test may use."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from audit import triggers
from chat import posting
from notifications import endpoints
from telemed.limits import allowances
from telemed.management.commands import seed
from tests.long import IS_LONG

CAST = seed.cast()
CAST_PASSWORD: str = CAST["password"]
STRANGER = {
    "email": "stranger@example.com",
    "name": "Sam Stranger",
    "role": "patient",
    "patient": {},
}

Person = Callable[[str], User]


# Begun first: whoever comes to one of them last would work on alone.
LONGEST = (
    *("helpline/test_simulation.py", "test_api_contract.py", "test_matrix.py", "test_queries.py"),
    *("processes/test_deliveries.py", "processes/test_outages.py", "bench/test_chat.py"),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the long runs, unless ./test --long asks, and what only PostgreSQL can do.

    Whoever asks for the long ones has the time: others do more rounds then, too.
    """
    left_out = set() if IS_LONG else {"long"}
    if connection.vendor != "postgresql":
        left_out.add("postgresql")
    others = [item for item in items if left_out & {mark.name for mark in item.iter_markers()}]
    config.hook.pytest_deselected(items=others)
    kept = [item for item in items if item not in others]
    items[:] = sorted(kept, key=lambda item: not item.path.as_posix().endswith(LONGEST))
    for item in items if IS_LONG else ():
        item.add_marker(pytest.mark.timeout(0))


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Limits and caches live in the process; a test must not meet those of another."""
    yield
    posting.thread.close()
    cache.clear()
    allowances._of.clear()


@pytest.fixture(autouse=True)
def _no_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask nobody where push services are: an address of the internet, never connected to."""
    monkeypatch.setattr(endpoints, "addresses_of", lambda host: ["142.250.74.10"])


@pytest.fixture(scope="session", autouse=True)
def _everything_is_flushed() -> Iterator[None]:
    """Between tests even the append-only record goes: its triggers must step aside.

    PostgreSQL makes a new file for every table that it truncates; the few rows of a test are
    sooner deleted, in any order, because references are looked at when all are gone.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        vendor = self.connection.vendor
        flush(self, [*triggers.DROP[vendor], *sql_list, *triggers.CREATE[vendor]])

    def deletions(
        self: DatabaseOperations, style: object, tables: list[str], **options: object
    ) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608

    with (
        patch.object(BaseDatabaseOperations, "execute_sql_flush", flush_all),
        patch.object(DatabaseOperations, "sql_flush", deletions),
    ):
        yield


@pytest.fixture
def person(db: None) -> Person:
    """Brings a person of the demo cast on stage, by the name before the @."""
    by_name = {each["email"].split("@")[0]: each for each in [*CAST["people"], STRANGER]}
    return lambda name: seed.enrol(by_name[name], CAST_PASSWORD)


@pytest.fixture
def asha(person: Person) -> User:
    """The patient."""
    return person("asha")


@pytest.fixture
def dr_rao(person: Person) -> User:
    """Her doctor, a cardiologist."""
    return person("rao")


@pytest.fixture
def meera(person: Person) -> User:
    """Another doctor."""
    return person("meera")


@pytest.fixture
def ravi(person: Person) -> User:
    """The agent of the helpline."""
    return person("ravi")


@pytest.fixture
def stranger(person: Person) -> User:
    """Another patient, who must see nothing."""
    return person("stranger")


@pytest.fixture
def browser_client() -> Callable[..., Client]:
    """`browser_client(asha)`: a browser without JavaScript, signed in. No person: a visitor."""

    def open_browser(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return open_browser


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """`api(as_=asha)`: a client of the API that sends and reads JSON."""

    def open_client(*, as_: User | None = None) -> APIClient:
        client = APIClient(headers={"accept": "application/json"})
        client.default_format = "json"
        if as_ is not None:
            client.force_login(as_)
        return client

    return open_client

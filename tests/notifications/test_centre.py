"""The centre: filters, pages that hold still, days, and what reading does."""

import re
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import centre
from notifications.models import Notification, Preferences
from notifications.topics import topics

pytestmark = pytest.mark.django_db

PATH = "/notifications/"
START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def many(person, number, *, kind="message", read=False, start=START, apart=timedelta(minutes=1)):
    """So many, the last one the newest."""
    rows = []
    for nth in range(number):
        at, key = start + apart * nth, f"{kind}:{uuid4()}"
        context = {"sender": f"No. {nth}.", "caller": f"Call no. {nth}.", "kind": "audio"}
        rows.append(
            Notification(
                recipient=person,
                kind=kind,
                key=key,
                open_key=None if read else key,
                context=context,
                url="/messages/",
                created_at=at,
                updated_at=at,
                read_at=at if read else None,
            )
        )
    return Notification.objects.bulk_create(rows)


def shown(client, address=PATH):
    """The numbers on a page, and the page."""
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    return [int(number) for number in re.findall(r">(?:Call n|N)o\. (\d+)\.", page)], page


def link(page, rel):
    """The address that goes on."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found and PATH + found[1].replace("&amp;", "&")


@pytest.fixture
def five_a_page(monkeypatch):
    monkeypatch.setattr(centre, "PAGE", 5)


def test_the_pages_have_everything_once_there_and_back(browser_client, asha, five_a_page):
    many(asha, 13, apart=timedelta(0))  # at the same moment: the id decides
    client, forth, back, address = browser_client(asha), [], [], PATH
    while address:
        numbers, page = shown(client, address)
        forth.append(numbers)
        address = link(page, "next")
    assert sorted(chain.from_iterable(forth)) == list(range(13))
    assert [len(numbers) for numbers in forth] == [5, 5, 3]
    address = link(page, "prev")
    while address:
        numbers, page = shown(client, address)
        back.append(numbers)
        address = link(page, "prev")
    assert back == forth[1::-1]


def test_what_comes_in_moves_no_page(browser_client, asha, five_a_page):
    many(asha, 12)
    client = browser_client(asha)
    second = link(shown(client)[1], "next")
    assert shown(client, second)[0] == [6, 5, 4, 3, 2]
    many(asha, 3, start=START + timedelta(days=1))
    assert shown(client, second)[0] == [6, 5, 4, 3, 2]


def test_newer_ends_in_a_full_first_page(browser_client, asha, five_a_page):
    many(asha, 7)
    client = browser_client(asha)
    second = shown(client, link(shown(client)[1], "next"))[1]
    assert shown(client, link(second, "prev"))[0] == [6, 5, 4, 3, 2]


@pytest.mark.parametrize(
    "query",
    [
        *("before=x", "before=1", "before=1-2", "after=-", "before=9" + "9" * 30 + "-" + "0" * 32),
        *("show=gossip", "show=UNREAD", "before=%00", "show=%00"),
    ],
)
def test_a_made_up_address_is_not_there(browser_client, asha, query):
    many(asha, 1)
    assert browser_client(asha).get(f"{PATH}?{query}").status_code == 404


def test_the_place_of_a_foreign_row_tells_nothing(browser_client, asha, stranger):
    [theirs] = many(stranger, 1)
    numbers, _page = shown(browser_client(asha), f"{PATH}?before={centre.Place.of(theirs)}")
    assert numbers == []


def test_the_filters_are_the_topics_of_the_kinds(browser_client, asha):
    page = shown(browser_client(asha))[1]
    chips = re.findall(r'class="chip" href="/notifications/([^"]*)"', page)
    names = [name for name, _ in topics()]
    assert names == ["messages", "calls", "help", "security"]
    assert chips == ["", "?show=unread", *[f"?show={name}" for name in names]]


def test_each_filter_shows_its_own(browser_client, asha):
    many(asha, 3)
    many(asha, 2, kind="missed_call", read=True)
    client = browser_client(asha)
    for show, number in (("unread", 3), ("messages", 3), ("calls", 2)):
        assert len(shown(client, f"{PATH}?show={show}")[0]) == number, show
    assert "Nothing here" in shown(client, f"{PATH}?show=security")[1]
    Notification.objects.mark_read()
    assert "All read" in shown(client, f"{PATH}?show=unread")[1]


def test_the_api_has_the_same_filters(api, asha):
    many(asha, 3)
    many(asha, 2, kind="missed_call", read=True)
    door = api(as_=asha)
    for query, number in (
        *(("topic=messages", 3), ("topic=calls", 2), ("kind=missed_call", 2)),
        *(("unread=true", 3), ("unread=false", 2), ("topic=calls&unread=true", 0)),
    ):
        found = door.get(f"/api/v1/notifications/?{query}").json()["results"]
        assert len(found) == number, query
    assert door.get("/api/v1/notifications/?topic=gossip").status_code == 400


def test_all_of_the_filter_that_is_shown_are_read_and_no_others(browser_client, asha, stranger):
    many(asha, 2)
    many(asha, 2, kind="missed_call")
    many(stranger, 1, kind="missed_call")
    answer = browser_client(asha).post(f"{PATH}reading/", {"show": "calls"})
    assert answer.headers["Location"] == f"{PATH}?show=calls"
    unread = Notification.objects.unread()
    assert set(unread.values_list("kind", "recipient")) == {
        ("message", asha.pk),
        ("missed_call", stranger.pk),
    }
    assert browser_client(asha).post(f"{PATH}reading/", {"show": "gossip"}).status_code == 404


def test_the_button_is_there_while_there_is_something_to_mark(browser_client, asha):
    many(asha, 1, kind="missed_call", read=True)
    many(asha, 1)
    client = browser_client(asha)
    assert "Mark all as read" in shown(client)[1]
    assert "Mark all as read" not in shown(client, f"{PATH}?show=calls")[1]


def test_days_have_their_names(browser_client, asha):
    now = timezone.now()
    for days in (0, 1, 40):
        many(asha, 1, start=now - timedelta(days=days))
    page = shown(browser_client(asha))[1]
    assert re.findall(r'data-local="day">(Today|Yesterday)<', page) == ["Today", "Yesterday"]
    assert page.count('data-local="day"') == 3


def test_what_is_unread_is_said_in_words(browser_client, asha):
    many(asha, 1)
    page = shown(browser_client(asha))[1]
    assert page.count(", unread</span>") == 1
    key = Notification.objects.get().pk
    parts = " ".join(f"{part}-{key}" for part in ("title", "text", "at", "new"))
    assert f'aria-labelledby="{parts}"' in page
    for part in parts.split():
        assert page.count(f'id="{part}"') == 1
    Notification.objects.mark_read()
    assert ", unread</span>" not in shown(browser_client(asha))[1]


def test_a_kind_that_is_no_more_disturbs_nothing(browser_client, asha):
    many(asha, 1, kind="of_long_ago")
    many(asha, 1)
    assert shown(browser_client(asha))[0] == [0]


def test_ten_thousand_cost_as_few_queries_as_ten(browser_client, asha):
    many(asha, 10_000)
    client = browser_client(asha)
    client.get(PATH)
    place = centre.Place.of(Notification.objects.order_by("updated_at")[5_000])
    frame = len(queries_of(client, "/me/access/")) - 1
    for query in ("", "?show=unread", "?show=security", f"?before={place}", f"?after={place}"):
        asked = queries_of(client, PATH + query)
        own = [sql for sql in asked if "notifications_notification" in sql]
        assert len(own) <= 4, "\n".join(own)
        assert len(asked) <= frame + 4, "\n".join(asked)


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def test_during_quiet_hours_the_centre_says_why_nothing_sounds_and_until_when(asha, browser_client):
    with Preferences.changing(asha) as own:
        own.keep_quiet(time(22), time(7))
    night = datetime(2026, 11, 24, 18, tzinfo=UTC)  # half past eleven for Asha
    with time_machine.travel(night, tick=False):
        assert "Quiet hours until" in browser_client(asha).get(PATH).content.decode()
    with time_machine.travel(night - timedelta(hours=4), tick=False):
        assert "Quiet hours until" not in browser_client(asha).get(PATH).content.decode()

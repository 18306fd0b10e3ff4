"""What a page may sound, as the server tells it and the browser knows it."""

import html
import json
import re
from datetime import UTC, datetime, time

import pytest

from launcher.environment import ROOT
from notifications import sounds
from notifications.events import PreferencesChanged
from notifications.kinds import kinds
from notifications.models import Preferences
from tests.sockets import in_thread, open_socket

SCRIPT = (ROOT / "static" / "js" / "lib" / "sound.js").read_text()


def heard_on(page):
    """What the page tells its scripts."""
    return json.loads(html.unescape(re.search(r'data-hearing="([^"]*)"', page)[1]))


def test_the_browser_has_the_same_sounds_in_the_same_variants():
    tunes = re.search(r"const TUNES = (\{.*?\n\});|const TUNES = (\{.*?)\n\};", SCRIPT, re.DOTALL)
    blocks = re.findall(r"^  (\w+): \{\n(.*?)^  \},", tunes[0], re.DOTALL | re.MULTILINE)
    assert [name for name, _ in blocks] == list(sounds.SOUNDS)
    for name, block in blocks:
        assert re.findall(r"^    (\w+):", block, re.MULTILINE) == list(sounds.VARIANTS), name


def test_every_kind_sounds_as_something_that_there_is():
    assert {kind.sound for kind in kinds.values()} <= {"", *sounds.SOUNDS}


@pytest.mark.django_db
def test_a_page_knows_the_defaults(browser_client, asha):
    told = heard_on(browser_client(asha).get("/").content.decode())
    assert told["sounds"] == dict.fromkeys(sounds.SOUNDS, "chime")
    assert (told["quiet_from"], told["undisturbed_until"]) == (None, None)
    assert told["lets_urgent_through"] is True


@pytest.mark.django_db
def test_a_page_knows_what_was_chosen(browser_client, asha):
    Preferences.objects.create(
        person=asha,
        sounds={"message": "", "call": "bell", "waiting": "gong"},
        quiet_from=time(22),
        quiet_to=time(7, 30),
        undisturbed_until=datetime(2026, 11, 26, 12, tzinfo=UTC),
        lets_urgent_through=False,
    )
    assert heard_on(browser_client(asha).get("/").content.decode()) == {
        "sounds": {"message": "", "call": "bell", "waiting": "chime", "emergency": "chime"},
        "quiet_from": "22:00",
        "quiet_to": "07:30",
        "undisturbed_until": "2026-11-26T12:00:00Z",
        "lets_urgent_through": False,
    }


@pytest.mark.django_db(transaction=True)
def choose_soft(person):
    with Preferences.changing(person) as own:
        own.sounds = {"message": "soft"}


@pytest.mark.django_db(transaction=True)
async def test_open_pages_follow_a_new_choice(asha):
    async with open_socket("/ws/me/", as_=asha) as socket:
        await in_thread(choose_soft, asha)
        told = await socket.receives(PreferencesChanged)
    assert told.sounds["message"] == "soft"

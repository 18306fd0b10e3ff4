"""What a browser keeps of Telemed: a name and pictures, a worker, and a page about nobody."""

import json
import re
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from PIL import Image

from notifications import vapid

pytestmark = pytest.mark.django_db


@pytest.fixture
def manifest(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    return response.json()


def told_to_worker(response):
    """What the server tells the worker beside its script."""
    return json.loads(re.match(r"self\.telemed = (.*);\n", response.content.decode())[1])


def test_the_manifest_has_what_installing_needs(manifest):
    assert manifest["name"] == manifest["short_name"] == "Telemed"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/",
        "/",
        "standalone",
    )
    wanted = {(purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")}
    assert {(icon["purpose"], icon["sizes"]) for icon in manifest["icons"]} == wanted
    assert all(
        re.fullmatch("#[0-9a-f]{6}", manifest[f"{part}_color"]) for part in ("theme", "background")
    )


def test_every_icon_is_as_large_as_the_manifest_says(manifest):
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert (f"{picture.width}x{picture.height}", picture.format) == (icon["sizes"], "PNG")


def test_shortcuts_lead_to_pages(manifest, browser_client, asha):
    assert [each["name"] for each in manifest["shortcuts"]] == ["Messages", "Calls", "Doctors"]
    for shortcut in manifest["shortcuts"]:
        assert browser_client(asha).get(shortcut["url"]).status_code == 200


def test_every_page_names_the_manifest(client):
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").content.decode()


def test_the_worker_rules_the_whole_site_and_is_never_stale(client):
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert 'importScripts("/static/js/sw.js");' in response.content.decode()


def file_of(address):
    return address.removeprefix("/static/").removesuffix("?kept")


def test_the_worker_keeps_the_offline_page_and_what_it_is_made_of(client):
    told = told_to_worker(client.get("/sw.js"))
    page = client.get(told["offline"]).content.decode()
    used = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert set(told["files"]) == used | {told["offline"]}
    for name in used:
        assert name.endswith("?kept")
        assert finders.find(file_of(name))


def test_nothing_that_is_kept_asks_for_more(client):
    told = told_to_worker(client.get("/sw.js"))
    for name in map(file_of, told["files"]):
        if name.endswith(".css"):
            text = open(finders.find(name)).read()  # noqa: SIM115
            assert not re.search(r"@import|url\((?!\"?data:)", text), name


def test_another_offline_page_makes_another_worker(client, monkeypatch):
    before = told_to_worker(client.get("/sw.js"))["version"]
    monkeypatch.setattr(settings, "EMERGENCY_NUMBER", "999")
    assert told_to_worker(client.get("/sw.js"))["version"] != before


def test_the_offline_page_is_the_same_for_everybody(client, browser_client, asha, dr_rao):
    pages = [
        each.get("/offline/") for each in (client, browser_client(asha), browser_client(dr_rao))
    ]
    assert len({page.content for page in pages}) == 1
    assert pages[0]["Cache-Control"] == "no-cache"


def test_the_offline_page_has_the_emergency_number(client, monkeypatch):
    monkeypatch.setattr(settings, "EMERGENCY_NUMBER", "999")
    assert '<a href="tel:999">Call 999</a>' in client.get("/offline/").content.decode()


def test_the_worker_gets_what_it_needs_to_subscribe_anew(browser_client, asha, monkeypatch):
    monkeypatch.setattr(settings, "VAPID_PRIVATE_KEY", vapid.make_key())
    told = browser_client(asha).get("/notifications/push/").json()
    assert told["key"] == vapid.public_key()
    assert len(told["token"]) == 64


def test_a_server_without_a_key_says_so_on_the_page(browser_client, asha):
    page = browser_client(asha).get("/notifications/preferences/").content.decode()
    assert 'data-key=""' in page
    assert "Push is not set up on this server" in page


def test_the_command_makes_a_pair_for_the_environment(monkeypatch):
    out = StringIO()
    call_command("vapid", stdout=out)
    lines = dict(line.split("=", 1) for line in out.getvalue().splitlines() if "=" in line)
    assert set(lines) == {"VAPID_PRIVATE_KEY", "VAPID_SUBJECT"}
    monkeypatch.setattr(settings, "VAPID_PRIVATE_KEY", lines["VAPID_PRIVATE_KEY"])
    assert vapid.public_key() in out.getvalue()


def test_the_demo_makes_its_pair_once(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DEBUG", True)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    first = vapid.public_key()
    assert first
    assert vapid.public_key() == first
    [kept] = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_production_has_no_push_until_it_is_given_a_key(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    assert (vapid.public_key(), vapid.is_set_up()) == ("", False)
    assert list(tmp_path.iterdir()) == []

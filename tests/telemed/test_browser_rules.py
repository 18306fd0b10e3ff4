"""What every response tells the browser (SECURITY: Browser)."""

import logging

import pytest

from telemed.logs import JsonLines

pytestmark = pytest.mark.django_db


def test_pages_allow_no_inline_script_and_no_frames(client):
    policy = client.get("/")["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy


def test_camera_and_microphone_are_closed_on_an_ordinary_page(client):
    policy = client.get("/")["Permissions-Policy"]
    assert "camera=()" in policy
    assert "microphone=()" in policy


def test_pages_of_a_signed_in_person_are_not_stored(browser_client, asha):
    assert "no-store" in browser_client(asha).get("/")["Cache-Control"]


def test_signing_out_clears_what_the_browser_kept(browser_client, asha):
    response = browser_client(asha).post("/accounts/logout/")
    assert "cache" in response["Clear-Site-Data"]


@pytest.mark.parametrize("path", ["/", "/nothing/", "/api/v1/me/"])
def test_every_answer_has_a_request_id_of_our_own(client, path):
    response = client.get(path, headers={"x-request-id": "forged"})
    assert len(response["X-Request-Id"]) == 16


def test_an_unknown_page_is_a_page_of_ours(client):
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert b"<h1" in response.content
    assert b'href="tel:112"' in response.content


def test_an_unknown_api_address_is_answered_as_json(client):
    response = client.get("/api/v1/nothing/")
    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_an_address_that_only_takes_forms_says_so_to_whoever_opens_it(browser_client, asha):
    answer = browser_client(asha).get("/notifications/reading/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert b"There is nothing to see at this address" in answer.content
    assert "no-store" in answer["Cache-Control"]


def test_health_and_readiness(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_process_that_drains_is_not_ready(client, monkeypatch):
    from telemed.hub import hub

    monkeypatch.setattr(hub, "draining", True)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_name_with_a_line_break_forges_no_log_line():
    record = logging.LogRecord("t", logging.INFO, "", 0, "name: %s", ("a\n{}",), None)
    assert "\n" not in JsonLines().format(record)

"""Static files, answered before Django is asked."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from telemed.files import Files

ICON = "/static/img/favicon.svg"
DRAWN = Path(str(finders.find("img/favicon.svg"))).read_bytes()


@pytest.fixture(autouse=True)
def in_the_demo(settings: Any) -> None:
    settings.DEBUG = True


async def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; 0 when the application behind it was asked."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 0, "headers": []})
        await send({"type": "http.response.body"})

    asked = [(name.lower().replace("_", "-"), value) for name, value in headers.items()]
    scope = {
        "path": path,
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in asked],
    }
    await Files(application)(scope, None, send)
    start, body = sent
    got = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], got, body.get("body", b"")


async def test_a_file_comes_whole_and_is_not_taken_for_something_else() -> None:
    status, headers, body = await ask(ICON)
    assert (status, body) == (200, DRAWN)
    assert headers["content-type"] == "image/svg+xml"
    assert headers["content-length"] == str(len(body))
    assert headers["x-content-type-options"] == "nosniff"


async def test_what_a_browser_has_is_not_sent_again() -> None:
    _, headers, _ = await ask(ICON)
    status, _, body = await ask(ICON, If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")
    status, _, _ = await ask(ICON, If_None_Match='"of another day"')
    assert status == 200


async def test_a_head_has_no_body_a_part_is_a_part_and_nothing_can_be_written() -> None:
    status, headers, body = await ask(ICON, "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(DRAWN)))
    status, _, body = await ask(ICON, Range="bytes=1-3")
    assert (status, body) == (206, DRAWN[1:4])
    status, headers, _ = await ask(ICON, "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/",
        "/static/nothing.css",
        "/static/img",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static//etc/passwd",
        "/static/img/favicon.svg\0",
        "/static/" + "a" * 5000,
    ],
)
async def test_what_is_no_file_of_ours_is_left_to_the_application(path: str) -> None:
    assert (await ask(path))[0] == 0


async def test_in_production_the_collected_files_are_served(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "app.0123456789ab.css").write_text("a { color: red }")
    settings.DEBUG, settings.STATIC_ROOT = False, str(tmp_path)
    status, headers, body = await ask("/static/app.0123456789ab.css")
    assert (status, body) == (200, b"a { color: red }")
    assert headers["content-type"].startswith("text/css")
    assert (await ask(ICON))[0] == 0

"""bench/pages measures pages that open, with something on them."""

import json

import pytest
from django.conf import settings
from django.test import Client

from bench import furnishing
from bench.measure_pages import REFERENCE, name


@pytest.fixture
def pages(db, tmp_path):
    """All that would be measured."""
    furnishing.furnish(str(tmp_path / "pages.json"))
    return json.loads((tmp_path / "pages.json").read_text())


def test_every_page_opens_for_the_role_that_uses_it(pages):
    for page in pages:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = page["session"]
        answer = client.get(page["path"])
        assert answer.status_code == 200, name(page)
        assert answer.wsgi_request.user.is_authenticated == (page["role"] != "visitor")
        assert page["queries"] > 0


def test_the_reference_is_among_them(pages):
    assert REFERENCE in map(name, pages)

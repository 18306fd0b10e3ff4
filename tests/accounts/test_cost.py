"""A page of people costs few queries, whoever looks at it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User

Browser = Callable[..., Client]


@pytest.mark.parametrize("path", ["/doctors/", "/doctors/vikram-rao/", "/me/", "/me/access/"])
def test_a_page_costs_at_most_twelve_queries(
    path: str,
    asha: User,
    dr_rao: User,
    ravi: User,
    browser_client: Browser,
    django_assert_max_num_queries: Any,
) -> None:
    for person in (asha, dr_rao, ravi):
        client = browser_client(person)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200

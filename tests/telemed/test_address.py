"""Where someone comes from is what our own proxies saw, and never what a client wrote."""

import pytest

from telemed.address import address_from

CASES = [
    (0, "", "203.0.113.7", "203.0.113.7"),
    (0, "198.51.100.1", "203.0.113.7", "203.0.113.7"),
    (1, "198.51.100.1", "127.0.0.1", "198.51.100.1"),
    (1, "forged, 198.51.100.1", "127.0.0.1", "198.51.100.1"),
    (2, "forged, 198.51.100.1, 10.0.0.2", "127.0.0.1", "198.51.100.1"),
    (1, "", "127.0.0.1", "127.0.0.1"),
    (2, "198.51.100.1", "127.0.0.1", "127.0.0.1"),
    (1, "nonsense", "127.0.0.1", None),
]


@pytest.mark.parametrize(("trusted", "forwarded", "direct", "expected"), CASES)
def test_the_address_is_the_one_our_proxy_saw(settings, trusted, forwarded, direct, expected):
    settings.TRUSTED_PROXIES = trusted
    assert address_from(forwarded, direct) == expected

"""Where a push may go: no address that a browser hands in reaches anything but a push service."""

import pytest
from django.conf import settings

from notifications import endpoints
from notifications.endpoints import EndpointRefused

ALLOWED = [
    "https://fcm.googleapis.com/fcm/send/abc:def-123_~",
    "https://fcm.googleapis.com:443/wp/abc",
    "https://FCM.googleapis.com/wp/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA?x=1",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYA%3d",
    "https://web.push.apple.com/QGuQyavXutnMH",
]
REFUSED = [
    *("http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "file:///etc/passwd", ""),
    *("//fcm.googleapis.com/x", "fcm.googleapis.com/x", "javascript:alert(1)", "https://"),
    *("https://evil.example/x", "https://fcm.googleapis.com.evil.example/x"),
    *("https://evilfcm.googleapis.com/x", "https://x.fcm.googleapis.com/x"),
    *("https://notify.windows.com/x", "https://.notify.windows.com/x"),
    *("https://evil-notify.windows.com/x", "https://a..notify.windows.com/x"),
    *("https://fcm.googleapis.com./x", "https://fcm.googleapis.com:8443/x"),
    *("https://fcm.googleapis.com:0443/x", "https://fcm.googleapis.com:/x"),
    *("https://user@fcm.googleapis.com/x", "https://fcm.googleapis.com@evil.example/x"),
    *("https://fcm.googleapis.com:443@evil.example/x", "https://evil.example#fcm.googleapis.com/"),
    *("https://evil.example\\@fcm.googleapis.com/x", "https://evil.example\\.fcm.googleapis.com/"),
    *("https://fcm.googleapis.com\\@evil.example/x", "https://fcm.googleapis.com/x#y"),
    *("https://fcm.googleapis.com /x", " https://fcm.googleapis.com/x"),
    *("https://fcm.googleapis.com/x\r\nHost: evil.example", "https://fcm.googleapis.com/x\n"),
    *(
        "https://fcm.googleapis.com/\t",
        "https://fcm.goo\tgleapis.com/x",
        "https://fcm.googleapis.com",
    ),
    *("https://fcm.googleapis.com%2f@evil.example/", "https://fcm%2egoogleapis.com/x"),
    *(
        "https://ｆcm.googleapis.com/x",
        "https://fcm。googleapis.com/x",
        "https://fcm.googleapis.com/ü",
    ),
    *("https://127.0.0.1/x", "https://[::1]/x", "https://2130706433/x", "https://0x7f.1/x"),
    *(
        "https://localhost/x",
        "https://169.254.169.254/latest/",
        "https://metadata.google.internal/",
    ),
    *(
        "https://fcm.googleapis.com/x\0",
        "HTTPS:/fcm.googleapis.com/x",
        "https:fcm.googleapis.com/x",
    ),
]
PRIVATE = [
    *("127.0.0.1", "127.9.9.9", "0.1.2.3", "10.0.0.5", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1"),
    *("2002:7f00:1::", "2002:a00:1::"),
]
PUBLIC = ["142.250.74.10", "2a00:1450:4001:80b::200a", "64:ff9b::8efa:4a0a"]


@pytest.mark.parametrize("endpoint", ALLOWED)
def test_the_push_services_of_browsers_are_allowed(endpoint):
    endpoints.check(endpoint)


@pytest.mark.parametrize("endpoint", REFUSED)
def test_nothing_else_is(endpoint, monkeypatch):
    monkeypatch.setattr(endpoints, "addresses_of", lambda host: pytest.fail(f"looked up {host}"))
    with pytest.raises(EndpointRefused):
        endpoints.check(endpoint)
    with pytest.raises(EndpointRefused):
        endpoints.post(endpoint, b"", {})


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_points_into_our_network_is_refused(address, monkeypatch):
    monkeypatch.setattr(endpoints, "addresses_of", lambda host: ["142.250.74.10", address])
    monkeypatch.setattr(endpoints.Pinned, "connect", lambda self: pytest.fail("connected"))
    with pytest.raises(EndpointRefused):
        endpoints.check(ALLOWED[0])
    with pytest.raises(EndpointRefused):
        endpoints.post(ALLOWED[0], b"", {})


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_none_of_ours(address):
    assert endpoints.is_public(address)


def test_a_name_that_is_not_known_just_now_may_be_registered(monkeypatch):
    def unknown(host):
        raise OSError(host)

    monkeypatch.setattr(endpoints, "addresses_of", unknown)
    endpoints.check(ALLOWED[0])
    with pytest.raises(OSError, match="fcm"):
        endpoints.post(ALLOWED[0], b"", {})


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch):
    """A name that answers differently the second time leads nowhere else."""
    answers = iter([["142.250.74.10"], ["127.0.0.1"]])
    asked = []

    def connect(address, timeout):
        asked.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(endpoints, "addresses_of", lambda host: next(answers))
    monkeypatch.setattr(endpoints.socket, "create_connection", connect)
    with pytest.raises(OSError, match="no network"):
        endpoints.post(ALLOWED[0], b"", {})
    assert asked == [("142.250.74.10", 443)]


def test_an_operator_may_list_a_service_of_their_own(monkeypatch):
    monkeypatch.setattr(settings, "PUSH_HOSTS", ["push.clinic.example"])
    endpoints.check("https://push.clinic.example/x")
    with pytest.raises(EndpointRefused):
        endpoints.check(ALLOWED[0])

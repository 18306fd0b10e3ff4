"""Where a push may go: to the push services alone, and never into our own network.

An endpoint comes from a browser, and so from anybody. It is looked at when it is registered
and again when it is used; and the address that was looked at is the one that is asked, so that
a name cannot point elsewhere in between. Redirects are not followed.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal

PORT = 443
TIMEOUT_SECONDS = 5.0
# A name may have many addresses; a push is not worth the patience to try them all.
ADDRESSES = 2
LONGEST_PAUSE = 60 * 60

# No user, no other port, no fragment, nothing that programs read differently.
NAME = r"((?:[a-z0-9-]{1,63}\.)+[a-z]{2,63})"
ENDPOINT = re.compile(rf"https://{NAME}(?::443)?(/[!-\"$-\[\]-~]*)", re.IGNORECASE)
# A network that reaches IPv4 through IPv6 writes the one into the other.
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class EndpointRefused(Refusal):
    """Not the address of a push service that we push to."""

    code = "endpoint_refused"
    detail = _("This is not the address of a push service that Telemed pushes to.")
    status = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said; `retry_after` in seconds, if it named a time."""

    status: int
    retry_after: float | None = None


def check(endpoint: str) -> None:
    """Raises EndpointRefused unless it may be pushed to; one that nobody knows is let pass.

    Names are sometimes not known for a moment; when the push goes out it is looked at again.
    """
    host, _path = parts_of(endpoint)
    try:
        public_addresses(host)
    except OSError:
        pass


def parts_of(endpoint: str) -> tuple[str, str]:
    """Host and path; raises EndpointRefused for anything but https to a listed host."""
    if not endpoint.lower().startswith("https://"):
        raise EndpointRefused(_("A push address begins with https://."))
    found = ENDPOINT.fullmatch(endpoint)
    if not found or not is_listed(found[1].lower()):
        raise EndpointRefused
    return found[1].lower(), found[2]


def is_listed(host: str) -> bool:
    """Whether PUSH_HOSTS names it, or all subdomains that it is one of."""
    return any(
        host.endswith(listed[1:]) and len(host) >= len(listed)
        if listed.startswith("*.")
        else host == listed
        for listed in settings.PUSH_HOSTS
    )


def host_of(endpoint: str) -> str:
    """Whose it is, whether or not it may be pushed to."""
    return urlsplit(endpoint).hostname or ""


def public_addresses(host: str) -> list[str]:
    """Where a name points; raises EndpointRefused if not to the internet, OSError if nowhere."""
    found = addresses_of(host)
    if not all(map(is_public, found)):
        raise EndpointRefused
    return found


def addresses_of(host: str) -> list[str]:
    """What the resolver says."""
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def is_public(text: str) -> bool:
    """Whether an address, and the one written into it, is of the internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour]
        if address in NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    every = [address, *(each for each in inner if each is not None)]
    return all(each.is_global and not each.is_multicast for each in every)


class Pinned(HTTPSConnection):
    """Connects to addresses that were looked at, and proves the host by its certificate."""

    def __init__(self, host: str, addresses: Sequence[str]) -> None:
        self._tls = trusted()
        super().__init__(host, PORT, timeout=TIMEOUT_SECONDS, context=self._tls)
        self._addresses = addresses[:ADDRESSES]

    def connect(self) -> None:
        """To the first that answers."""
        plain = self._open()
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise

    def _open(self) -> socket.socket:
        trouble = OSError("the name has no address")
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), TIMEOUT_SECONDS)
            except OSError as error:
                trouble = error
        raise trouble


def trusted() -> ssl.SSLContext:
    """The certificates this machine trusts."""
    return ssl.create_default_context()


def post(endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Raises EndpointRefused, OSError or HTTPException."""
    host, path = parts_of(endpoint)
    connection = Pinned(host, public_addresses(host))
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, seconds_in(answer.headers.get("Retry-After", "")))
    finally:
        connection.close()


def seconds_in(retry_after: str) -> float | None:
    """A number of seconds or a date, at most an hour ahead; None if it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    ahead = (moment.replace(tzinfo=moment.tzinfo or UTC) - timezone.now()).total_seconds()
    return min(max(ahead, 0.0), LONGEST_PAUSE)

"""As much of a TURN client as asks for a relay and for leave to reach someone by it."""

import hashlib
import hmac
import os
import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address

ALLOCATE, CREATE_PERMISSION = 0x0003, 0x0008
USERNAME, INTEGRITY, ERROR, PEER, REALM, NONCE = 0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015
FAMILY, TRANSPORT = 0x0017, 0x0019
MAGIC = 0x2112A442
UDP = b"\x11\0\0\0"

Attributes = dict[int, bytes]


@dataclass
class Client:
    """One client of a TURN server, over UDP, or over the connection it is given."""

    line: socket.socket
    name: str
    password: str
    realm: bytes = b""
    nonce: bytes = b""

    def allocate(self, *, version: int = 4) -> int:
        """Asks for a relay, first without credentials, as everyone does; 0 or why not."""
        wanted = {TRANSPORT: UDP, FAMILY: bytes([1 if version == 4 else 2, 0, 0, 0])}
        if self.ask(ALLOCATE, wanted) != 401:
            raise AssertionError("A relay was given to someone without a name")
        return self.ask(ALLOCATE, wanted)

    def permit(self, address: str) -> int:
        """Asks for leave to reach an address, which sends nothing there; 0 or why not."""
        transaction = os.urandom(12)
        peer = ip_address(address)
        head = struct.pack("!BBH", 0, 1 if peer.version == 4 else 2, 9 ^ (MAGIC >> 16))
        mask = struct.pack("!I", MAGIC) + transaction
        return self.ask(CREATE_PERMISSION, {PEER: head + xor(peer.packed, mask)}, transaction)

    def ask(self, method: int, attributes: Attributes, transaction: bytes = b"") -> int:
        """One request; 0 or the number of the error."""
        transaction = transaction or os.urandom(12)
        self.line.sendall(self._message(method, transaction, attributes))
        kind, answer = self._receive(transaction)
        self.realm = answer.get(REALM, self.realm)
        self.nonce = answer.get(NONCE, self.nonce)
        is_refused = bool(kind & 0x0110 == 0x0110)
        return answer[ERROR][2] * 100 + answer[ERROR][3] if is_refused else 0

    def _message(self, method: int, transaction: bytes, attributes: Attributes) -> bytes:
        if self.nonce:
            who = {USERNAME: self.name.encode(), REALM: self.realm, NONCE: self.nonce}
            attributes = attributes | who
        body = b"".join(pack(kind, value) for kind, value in attributes.items())
        if not self.nonce:
            return header(method, len(body), transaction) + body
        key = hashlib.md5(b":".join([self.name.encode(), self.realm, self.password.encode()]))  # noqa: S324 - the protocol's
        signed = header(method, len(body) + 24, transaction) + body
        return signed + pack(INTEGRITY, hmac.digest(key.digest(), signed, "sha1"))

    def _receive(self, transaction: bytes) -> tuple[int, Attributes]:
        while True:
            message = self.line.recv(4096)
            kind, length = struct.unpack("!HH", message[:4])
            if message[8:20] == transaction:
                return kind, unpack(message[20 : 20 + length])


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def header(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, MAGIC) + transaction


def pack(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def unpack(body: bytes) -> Attributes:
    found: Attributes = {}
    while body:
        kind, length = struct.unpack("!HH", body[:4])
        found[kind] = body[4 : 4 + length]
        body = body[4 + length + -length % 4 :]
    return found

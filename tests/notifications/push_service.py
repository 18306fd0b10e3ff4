"""A push service of this machine, and a browser that can read what it is sent."""

import base64
import datetime
import os
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "push.example.com"
DAY = datetime.timedelta(days=1)


@dataclass
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What the service says to the next request for a path; 201 unless told otherwise."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)


class PushService:
    """Speaks TLS under a name of its own, and keeps what it hears."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[Heard] = []
        self.answers: dict[str, Answer] = {}
        self.certificate = folder / "push.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        self.certificate.write_bytes(pem_of(key) + signed(key))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.heard.append(Heard(self.path, dict(self.headers), body))
                answer = service.answers.get(self.path, Answer())
                self.send_response(answer.status)
                for name, value in {"Content-Length": "0", **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        return Handler


class PushedBrowser:
    """A browser's half of the keys."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.endpoint = f"https://{HOST}{path}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        form = serialization.PublicFormat.UncompressedPoint
        point = self._key.public_key().public_bytes(serialization.Encoding.X962, form)
        return {"p256dh": encoded(point), "auth": encoded(self._secret)}

    def read(self, body: bytes) -> bytes:
        """What was sent, in clear."""
        clear: bytes = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        return clear


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    form, open_to_all = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, open_to_all)


def signed(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate for the name, by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)

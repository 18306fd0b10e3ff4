"""What is outside the application: a mail server and an SMS gateway, in threads of the test."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any


class Server(socketserver.ThreadingTCPServer):
    """On a free port of this machine."""

    allow_reuse_address = daemon_threads = True
    outside: Any

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever is killed hangs up in the middle of a sentence."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


def pause(seconds: float) -> None:
    """A service that works."""
    threading.Event().wait(seconds)


@contextmanager
def listening(handler: type[Any], outside: Any) -> Iterator[int]:
    """Until the end of the block; gives the port."""
    with Server(("127.0.0.1", 0), handler) as server:
        server.outside = outside
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.port
        server.shutdown()


@dataclass
class MailServer:
    """Takes letters; `says` has other answers than 250, by the first word of a command.

    It takes its time before it answers to a letter, once before and once after it has it.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    says: dict[str, list[str]] = field(default_factory=dict)
    hangs_up_after_data: bool = False
    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[str]:
        """Gives the address as EMAIL_URL."""
        with listening(MailHandler, self) as port:
            yield f"smtp://127.0.0.1:{port}"

    def answer(self, word: str, usual: str = "250 fine") -> str:
        planned = self.says.get(word)
        return planned.pop(0) if planned else usual


class MailHandler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as smtplib needs."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.split()[0].decode().upper() if line.split() else ""
            if word == "DATA":
                self._say("354 go on")
                letter, answer = self._letter(), self.server.outside.answer(".")
                pause(self.server.outside.seconds)
                if letter and answer.startswith("2"):
                    self.server.outside.taken.append(letter)
                if self.server.outside.hangs_up_after_data:
                    return
                pause(self.server.outside.seconds)
                self._say(answer)
            else:
                self._say("221 bye" if word == "QUIT" else self.server.outside.answer(word))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _letter(self) -> EmailMessage | None:
        """None when it is not whole."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return message_from_bytes(b"".join(lines), policy=policy.default) if line else None


@dataclass
class Gateway:
    """Takes SMS; `says` has other answers than 200, as (status, headers).

    Asked again with a key that it knows, it sends nothing and answers as before.
    """

    asked: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    says: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hangs_up: bool = False
    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[str]:
        """Gives the address as SMS_URL."""
        with listening(GatewayHandler, self) as port:
            yield f"http://:secret@127.0.0.1:{port}/sms?from=telemed"


class GatewayHandler(BaseHTTPRequestHandler):
    """The interface that notifications/transports/sms.py describes."""

    def do_POST(self) -> None:
        gateway: Gateway = self.server.outside
        letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        gateway.asked.append({"path": self.path, "headers": dict(self.headers), "letter": letter})
        status, headers = gateway.says.pop(0) if gateway.says else (200, {})
        if status == 200:
            gateway.sent.setdefault(self.headers["Idempotency-Key"], letter)
        pause(gateway.seconds)
        if gateway.hangs_up:
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing: tests look at what was taken."""

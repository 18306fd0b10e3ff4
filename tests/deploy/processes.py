"""The programs of production on this machine: ours, nginx, PostgreSQL, Redis, as deploy/ says."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.nginx import render
from launcher import certificate, server
from launcher.environment import PYTHON, ROOT, manage
from launcher.postgres_and_redis import Program, found, free_port, postgres_and_redis, running

NGINX = ROOT / "deploy" / "nginx"
METRICS_TOKEN = "for-those-who-watch-production-only"
# Where nginx writes while it runs; the machine's own places belong to the machine's own nginx.
SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Process:
    """One process of ours, started as deploy/systemd does."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.log = log
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [str(PYTHON), "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        server.wait_until_ready(self.running, self.address)

    @property
    def is_running(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def ask_to_stop(self) -> None:
        """SIGTERM, and no waiting."""
        assert self.running is not None
        self.running.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Returns when it is gone."""
        if self.running is not None:
            server.stop(self.running)


class Site:
    """Two processes of ours behind nginx, with an address, a certificate and a database."""

    def __init__(self, folder: Path, services: dict[str, str]) -> None:
        self.folder = folder
        self.http, self.https = free_port(), free_port()
        self.database = services["DATABASE_URL"]
        self.environment = services | {
            "DJANGO_SETTINGS_MODULE": "telemed.settings",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SITE_URL": f"https://localhost:{self.https}",
            "ALLOWED_HOSTS": "localhost",
            "TRUSTED_PROXIES": "1",
            "PROCESSES": "2",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "REQUIRE_SECOND_FACTOR": "0",
            "METRICS_TOKEN": METRICS_TOKEN,
            "DATA_DIR": str(folder / "data"),
        }
        self.processes = [
            Process(self.environment, folder / f"process-{number}.log") for number in (1, 2)
        ]

    @property
    def address(self) -> str:
        return self.environment["SITE_URL"]

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "certificate.pem"

    def manage(self, *arguments: str, **environment: str) -> None:
        """A management command with the settings of the site."""
        manage(*arguments, **self.environment | environment)

    def prepare(self) -> None:
        """What an operator does before the first start; and the demo's people, to sign in."""
        certificate.main(self.certificate.parent, ["127.0.0.1"])
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage("seed", DEBUG="1")

    def configuration(self) -> dict[str, str]:
        """What an operator would write into nginx.env; the ports alone are of this test."""
        servers = [f"server 127.0.0.1:{each.port} fail_timeout=2s;" for each in self.processes]
        return {
            "SITE_URL": self.address,
            "SITE_HOST": "localhost",
            "EMERGENCY_NUMBER": "112",
            "UPSTREAMS": " ".join(servers),
            "HTTP_LISTEN": f"127.0.0.1:{self.http}",
            "HTTPS_LISTEN": f"127.0.0.1:{self.https}",
            "CERTIFICATE": str(self.certificate),
            "CERTIFICATE_KEY": str(self.certificate.parent / "key.pem"),
            "DATA_DIR": str(self.folder / "data"),
            "PAGES": str(NGINX / "pages"),
            "ACCESS_LOG": str(self.folder / "access.log"),
        }

    def nginx(self) -> list[str]:
        """nginx with deploy's own files, in a folder of the test; its errors go to nginx.log."""
        files = self.folder / "nginx"
        (files / "conf.d").mkdir(parents=True, exist_ok=True)
        shutil.copy(NGINX / "nginx.conf", files)
        (files / "conf.d" / "telemed.conf").write_text(render.render(self.configuration()))
        paths = "".join(f"{name}_temp_path {files / name};\n" for name in SCRATCH)
        (files / "conf.d" / "scratch.conf").write_text(paths)
        own = f"daemon off; pid {files / 'pid'};"
        command = [found("nginx"), "-p", str(files), "-c", str(files / "nginx.conf"), "-g", own]
        return ["sh", "-c", 'exec "$@" 2>"$0"', str(self.folder / "nginx.log"), *command]


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Everything, running; nginx may read what its unprivileged workers need."""
    with ExitStack() as stack:
        built = Site(folder, stack.enter_context(postgres_and_redis()))
        built.prepare()
        for process in built.processes:
            stack.callback(process.stop)
            process.start()
        address = f"https://127.0.0.1:{built.https}"
        stack.enter_context(running(Program(built.nginx(), built.https, address)))
        yield built

"""The files of deploy/ name only what there is, and everything that is needed."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from deploy.nginx import render
from launcher import server
from launcher.environment import ROOT
from launcher.suites import PRODUCTION
from telemed import bodies

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, each in SERVICES.items() if each["image"].startswith("telemed:")]
PROCESSES = [name for name in OURS if name.startswith("web")]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
TEMPLATE = render.TEMPLATE.read_text()
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SETTINGS = (ROOT / "telemed" / "settings.py").read_text()
# What settings.py asks the environment for.
READ = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", SETTINGS))
COMMANDS = re.compile(r"manage\.py (\w+)")


def asked_for(text: str) -> set[str]:
    """What compose takes from .env."""
    return set(re.findall(r"\$\{([A-Z_]+)", text))


@pytest.mark.parametrize("service", OURS)
def test_our_services_are_told_only_what_the_settings_read(service: str) -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN"} <= READ
    assert set(SERVICES[service]["environment"]) - READ == set()


@pytest.mark.parametrize("service", PROCESSES)
def test_our_processes_are_told_all_that_production_needs(service: str) -> None:
    given = SERVICES[service]["environment"]
    needed = {*PRODUCTION, "SECRET_KEY", "TRUSTED_PROXIES", "TURN_URLS", "TURN_SECRET"} - {"DEBUG"}
    assert needed - set(given) == set()
    assert int(given["PROCESSES"]) == len(PROCESSES)
    secret = {"SECRET_KEY", "EMAIL_URL", "TURN_SECRET", "SITE_URL"}
    assert all(given[name] == f"${{{name}:?}}" for name in secret)


def test_what_compose_asks_for_is_explained() -> None:
    example = (ROOT / ".env.example").read_text()
    explained = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    assert asked_for((ROOT / "compose.yaml").read_text()) - explained == set()
    assert READ - explained == set()


def test_every_setting_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    asked = READ | asked_for((ROOT / "compose.yaml").read_text())
    assert {name for name in asked if f"`{name}`" not in manual} == set()


def test_no_secret_stands_in_a_file() -> None:
    given = [pair for each in SERVICES.values() for pair in each.get("environment", {}).items()]
    secret = re.compile("SECRET|PASSWORD|TOKEN|AUTH|EMAIL_URL")
    found = {value for name, value in given if secret.search(name)}
    found |= {
        value.split(":", 2)[2] for name, value in given if name in ("DATABASE_URL", "REDIS_URL")
    }
    assert len(found) > 5
    assert {value for value in found if not value.startswith("${")} == set()


def test_the_database_and_redis_have_no_way_out_and_no_door() -> None:
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["nginx"]


def test_what_must_run_is_started_again_and_in_order() -> None:
    lasting = {name for name in SERVICES if name != "migrate"}
    assert {name for name in lasting if SERVICES[name].get("restart") != "unless-stopped"} == set()
    assert "restart" not in SERVICES["migrate"]
    for name in PROCESSES:
        waits_for = SERVICES[name]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}
        for other in ("postgres", "redis"):
            assert waits_for[other] == {"condition": "service_healthy"}
            assert SERVICES[other]["healthcheck"]["test"]
        patience = int(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert patience > server.STOPS_WITHIN + 5


def test_nginx_knows_every_process_by_its_address() -> None:
    upstreams = SERVICES["nginx"]["environment"]["UPSTREAMS"]
    known = re.findall(r"server ([\d.]+):8000 fail_timeout=2s;", upstreams)
    assert known == [SERVICES[name]["networks"]["site"]["ipv4_address"] for name in PROCESSES]


def test_nginx_is_given_every_word_of_its_template() -> None:
    wanted = asked_for(TEMPLATE)
    example = render.values((ROOT / "deploy" / "nginx" / "nginx.env").read_text())
    assert wanted == set(SERVICES["nginx"]["environment"]) == set(example)
    assert "${" not in render.render(example)


def test_nginx_takes_what_the_application_takes() -> None:
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", TEMPLATE)
    assert int(limit) * 1024 * 1024 == bodies.LIMIT
    (patience,) = re.findall(r"proxy_read_timeout (\d+)s;", TEMPLATE)
    assert int(patience) > 60


def test_what_the_containers_mount_is_here() -> None:
    mounted = [
        each.split(":")[0]
        for service in SERVICES.values()
        for each in service.get("volumes", [])
        if each.startswith("./")
    ]
    assert "./deploy/coturn/turnserver.conf" in mounted
    assert {each for each in mounted if not (ROOT / each).exists()} == {"./tls"}


def copied() -> list[str]:
    """What the image takes from here."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()]


def test_the_image_takes_what_there_is_and_every_app() -> None:
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"launcher", "templates", "static", "manage.py"} <= set(copied())


def test_the_image_is_sent_only_what_it_takes() -> None:
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert allowed - {"deploy"} == set(copied())
    assert not {".env", "var", "tests"} & allowed


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    stages = DOCKERFILE.split("FROM ")
    assert re.search(r"^USER telemed$", stages[-1], re.MULTILINE)
    assert "STOPSIGNAL SIGTERM" in stages[-1]
    assert re.search(r"HEALTHCHECK[^C]*CMD .*healthz", stages[-1])
    assert "--require-hashes" in stages[1]


@pytest.mark.parametrize(
    "path",
    [ROOT / "compose.yaml", ROOT / "Dockerfile", ROOT / "docs" / "operations.md", *UNITS],
    ids=lambda path: path.name,
)
def test_every_command_that_is_named_exists(path: Path) -> None:
    named = set(COMMANDS.findall(re.sub(r'", "', " ", path.read_text())))
    assert named - set(get_commands()) == set()
    assert named or path.suffix in (".timer", ".target")


@pytest.mark.parametrize(
    "unit", UNITS if shutil.which("systemd-analyze") else [], ids=lambda path: path.name
)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    for each in UNITS:
        text = each.read_text().replace("/srv/telemed/app", str(ROOT))
        (tmp_path / each.name).write_text(text)
    name = unit.name.replace("@", "@8001")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", str(tmp_path / name)],
        capture_output=True,
        text=True,
    )
    told = [line for line in checked.stderr.splitlines() if "telemed" in line]
    assert (told, checked.returncode) == ([], 0)


def test_systemd_starts_what_nginx_expects() -> None:
    target = (ROOT / "deploy" / "systemd" / "telemed.target").read_text()
    example = (ROOT / "deploy" / "nginx" / "nginx.env").read_text()
    ports = re.findall(r"telemed@(\d+)\.service", target)
    assert ports == re.findall(r"127\.0\.0\.1:(\d+)", example)
    service = (ROOT / "deploy" / "systemd" / "telemed@.service").read_text()
    (patience,) = re.findall(r"^TimeoutStopSec=(\d+)$", service, re.MULTILINE)
    assert int(patience) > server.STOPS_WITHIN + 5
    for program in re.findall(r"^Exec\w+=(.+)$", service, re.MULTILINE):
        script = shlex.split(program)[1]
        assert (ROOT / script).is_file()

"""Static files as production serves them: every import hashed, and little to download."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from telemed.storage import HashedStaticFiles

pytestmark = pytest.mark.alike

BUDGET = 64 * 1024
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORTS = {
    ".js": re.compile(
        r"""(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]+?from\s*)?\(?["']([./][^"']+)["']"""
    ),
    ".css": re.compile(r"""(?:@import\s+(?:url\()?|url\()\s*["']?(?!data:|#)([^"')]+)"""),
}
# What every signed-in page loads; see templates/base.html.
FRAME = ["css/app.css", "js/page.js"]
PAGES = {
    "home": ["js/elements/conversations.js"],
    "conversation": ["js/elements/conversation.js", "js/elements/conversations.js"],
    "call": ["js/elements/call.js"],
    "ticket": ["css/help.css", "js/elements/conversation.js", "js/elements/live.js"],
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HashedStaticFiles]:
    """The output of collectstatic."""
    folder = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "telemed.storage.HashedStaticFiles"},
    }
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield staticfiles_storage


def imports(path: Path) -> list[str]:
    text = COMMENT.sub("", path.read_text())
    return [found.strip() for found in IMPORTS[path.suffix].findall(text)]


def ours(storage: HashedStaticFiles) -> Iterator[Path]:
    """The hashed copies of our own scripts and sheets."""
    for name, hashed in storage.hashed_files.items():
        if name.startswith(("js/", "css/")) and Path(name).suffix in IMPORTS:
            yield Path(storage.path(hashed))


def reachable(entry: Path) -> set[Path]:
    """A file and all it imports."""
    found, waiting = set(), [entry]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                (path.parent / each).resolve()
                for each in imports(path)
                if Path(each).suffix in IMPORTS
            ]
    return found


def test_every_import_carries_a_hash(collected: HashedStaticFiles) -> None:
    files = list(ours(collected))
    assert any(imports(path) for path in files if path.suffix == ".js")
    wrong = [
        f"{path.name}: {each}"
        for path in files
        for each in imports(path)
        if not HASHED.search(each) or not (path.parent / each).exists()
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_a_signed_in_page_is_small(collected: HashedStaticFiles, page: str) -> None:
    roots = FRAME + PAGES[page]
    files = set().union(
        *(reachable(Path(collected.path(collected.stored_name(name)))) for name in roots)
    )
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in files}
    assert sum(sizes.values()) <= BUDGET, sorted(sizes.items(), key=lambda pair: -pair[1])[:10]

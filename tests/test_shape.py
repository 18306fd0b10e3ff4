"""The shape of the code: how long things may be, and which way imports point."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

from launcher.environment import ROOT
from telemed import wire

pytestmark = pytest.mark.alike

APPS = ["telemed", "accounts", "audit", "notifications", "chat", "calls", "helpline", "dashboard"]
LOOK_UP = {"telemed/urls.py", "telemed/routing.py", "telemed/asgi.py"}
# The demo's cast is made of people, and lives in the plumbing because it belongs to ./run.
LOOK_UP |= {"telemed/management/commands/seed.py"}
NO_IDEA = {"services", "utils", "helpers", "managers", "signals"}

PRODUCT = [
    path
    for app in [*APPS, "launcher"]
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
HAND_WRITTEN_SCRIPTS = [path for path in SCRIPTS if path.name != "wire.js"]
FOLDERS_OF_JS = {
    "lib": {"lib"},
    "models": {"lib", "models"},
    "rtc": {"lib", "rtc"},
}
LIMITS = {
    "Python module": (PRODUCT, 250),
    "JS module": (HAND_WRITTEN_SCRIPTS, 200),
    "template": (sorted((ROOT / "templates").rglob("*.html")), 80),
    "component": (sorted((ROOT / "static" / "css" / "components").glob("*.css")), 150),
}
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["']([^"']+)["']""")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(path: Path) -> str:
    """A script without its comments."""
    return COMMENT.sub("", path.read_text())


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's name and length in lines, docstring and decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
            signature = node.body[0].lineno - node.lineno
            yield f"{name_of(path)}:{node.name}", signature + node.end_lineno - body[0].lineno + 1


def imported(path: Path) -> Iterator[str]:
    """The first part of every absolute import, wherever it stands; names of types do not count."""
    tree = ast.parse(path.read_text())
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("kind", LIMITS)
def test_nothing_is_too_long(kind: str) -> None:
    paths, limit = LIMITS[kind]
    assert [f"{name_of(path)}: {lines(path)}" for path in paths if lines(path) > limit] == []


def test_functions_are_short() -> None:
    lengths = dict(function for path in PRODUCT for function in functions(path))
    assert [f"{name}: {length}" for name, length in lengths.items() if length > 40] == []
    assert median(lengths.values()) <= 6
    assert quantiles(lengths.values(), n=10)[8] <= 15


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in PRODUCT + TESTS
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_imports_point_one_way() -> None:
    wrong = [
        f"{name_of(path)} imports {target}"
        for path in PRODUCT
        if path.parts[len(ROOT.parts)] in APPS and name_of(path) not in LOOK_UP
        for target in imported(path)
        if target in APPS and APPS.index(target) > APPS.index(path.relative_to(ROOT).parts[0])
    ]
    assert wrong == []


def test_no_module_is_named_for_no_idea() -> None:
    assert [name_of(path) for path in PRODUCT if {path.stem, path.parent.name} & NO_IDEA] == []


def test_only_the_link_reaches_the_channel_layer() -> None:
    allowed = {"telemed/link.py", "telemed/wire.py"}
    reach = re.compile(r"group_send|get_channel_layer")
    found = [name_of(path) for path in PRODUCT if reach.search(path.read_text())]
    assert set(found) <= allowed


def test_scripts_write_no_html() -> None:
    html = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|`[^`]*</?[a-z][^`]*>"
    )
    assert [name_of(path) for path in SCRIPTS if html.search(code(path))] == []


def test_event_names_are_typed_nowhere_in_scripts() -> None:
    names = [*wire.EVENTS, *wire.COMMANDS]
    wrong = [
        f"{name_of(path)}: {name}"
        for path in HAND_WRITTEN_SCRIPTS
        for name in names
        if re.search(rf"[\"'`]{re.escape(name)}[\"'`]", code(path))
    ]
    assert wrong == []


def test_scripts_import_only_what_their_folder_may() -> None:
    wrong = [
        f"{name_of(path)} imports {target}"
        for path in HAND_WRITTEN_SCRIPTS
        if (folder := path.parent.name) in FOLDERS_OF_JS
        for target in IMPORT.findall(code(path))
        if not target.endswith("/wire.js")
        and (path.parent / target).resolve().parent.name not in FOLDERS_OF_JS[folder]
    ]
    assert wrong == []


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(
        r"\sstyle=|\son[a-z]+=\"|<script(?![^>]*\b(?:src|type=\"application/json\"))"
    )
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert [name_of(path) for path in templates if inline.search(path.read_text())] == []

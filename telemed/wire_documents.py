"""Writes what follows from the wire's declarations: JavaScript, the protocol document, examples."""

import inspect
import json
from collections.abc import Iterator
from typing import Any, cast

from django.utils.module_loading import autodiscover_modules
from msgspec import inspect as shapes

from telemed import wire

Declared = type[wire.Declared]

SCALARS: dict[type, tuple[str, Any]] = {
    shapes.StrType: ("string", "text"),
    shapes.IntType: ("number", 1),
    shapes.FloatType: ("number", 1.5),
    shapes.BoolType: ("boolean", True),
    shapes.NoneType: ("null", None),
    shapes.AnyType: ("any", None),
    shapes.RawType: ("any", None),
    shapes.UUIDType: ("string", "0b7f2f0e-6d4c-4b57-9d0e-3f6f1a2b3c4d"),
    shapes.DateTimeType: ("string", "2026-11-24T05:00:00Z"),
    shapes.DateType: ("string", "2026-11-24"),
    shapes.DecimalType: ("string", "1.50"),
}


def declarations() -> list[Declared]:
    """Every event and command of every app, by name."""
    autodiscover_modules("events")
    return [named for _, named in sorted({**wire.EVENTS, **wire.COMMANDS}.items())]


def js_type(shape: shapes.Type) -> str:
    """The JavaScript type of a field."""
    if isinstance(shape, shapes.Metadata):
        return js_type(shape.type)
    if isinstance(shape, shapes.UnionType):
        return "|".join(js_type(one) for one in shape.types)
    if isinstance(shape, shapes.ListType | shapes.VarTupleType):
        return f"Array<{js_type(shape.item_type)}>"
    if isinstance(shape, shapes.DictType):
        return f"Record<string, {js_type(shape.value_type)}>"
    if isinstance(shape, shapes.StructType):
        return js_name(shape.cls)
    if isinstance(shape, shapes.LiteralType):
        return "|".join(json.dumps(value) for value in shape.values)
    if isinstance(shape, shapes.EnumType):
        return "|".join(json.dumps(member.value) for member in shape.cls)
    return SCALARS[type(shape)][0]


def example(shape: shapes.Type) -> Any:
    """A value of a field, the same at every run."""
    if isinstance(shape, shapes.Metadata):
        given = (shape.extra_json_schema or {}).get("examples")
        return given[0] if given else example(shape.type)
    if isinstance(shape, shapes.UnionType):
        return example(next(one for one in shape.types if not isinstance(one, shapes.NoneType)))
    if isinstance(shape, shapes.ListType | shapes.VarTupleType):
        return [example(shape.item_type)]
    if isinstance(shape, shapes.DictType):
        return {"name": example(shape.value_type)}
    if isinstance(shape, shapes.StructType):
        return {field.encode_name: example(field.type) for field in shape.fields}
    if isinstance(shape, shapes.LiteralType):
        return shape.values[0]
    if isinstance(shape, shapes.EnumType):
        return next(iter(shape.cls)).value
    return SCALARS[type(shape)][1]


def js_name(struct: type) -> str:
    """The name of a struct's type: app and class."""
    app = struct.__module__.removeprefix("telemed.").split(".")[0]
    return f"{app.capitalize()}{struct.__name__}"


def fields(struct: type) -> tuple[shapes.Field, ...]:
    """The declared fields of a struct."""
    return cast(shapes.StructType, shapes.type_info(struct)).fields


def inner(shape: shapes.Type) -> Iterator[type]:
    """The structs that a type is made of."""
    if isinstance(shape, shapes.StructType):
        yield shape.cls
        for field in shape.fields:
            yield from inner(field.type)
    parts = getattr(shape, "types", None) or [
        getattr(shape, name) for name in ("item_type", "value_type", "type") if hasattr(shape, name)
    ]
    for part in parts:
        yield from inner(part)


def sentence(declared: type) -> str:
    """The docstring as one line."""
    return " ".join(inspect.cleandoc(declared.__doc__ or "").split())


def interface(struct: type) -> str:
    """The type of a struct."""
    lines = [f"/** {sentence(struct)} */", f"export interface {js_name(struct)} {{"]
    for field in fields(struct):
        name = field.encode_name if field.required else f"{field.encode_name}?"
        lines.append(f"  {name}: {js_type(field.type)};")
    return "\n".join([*lines, "}"])


def names() -> dict[str, list[str]]:
    """The wire names, by app."""
    by_app: dict[str, list[str]] = {}
    for declared in declarations():
        by_app.setdefault(declared.wire_name.split(".")[0], []).append(declared.wire_name)
    return by_app


def javascript() -> str:
    """`static/js/wire.js`: the names."""
    parts = ["// Written by `manage.py wire`: the names of the wire; wire.d.ts has the types."]
    for app, of_app in names().items():
        pairs = "".join(f'  {name.split(".")[1].upper()}: "{name}",\n' for name in of_app)
        parts.append(f"export const {app.upper()} = Object.freeze({{\n{pairs}}});")
    return "\n\n".join(parts) + "\n"


def types() -> str:
    """`static/js/wire.d.ts`: the types of names and messages, for the type checker alone."""
    parts = ["// Written by `manage.py wire`: the types of the wire."]
    for app, of_app in names().items():
        pairs = "".join(f'  {name.split(".")[1].upper()}: "{name}";\n' for name in of_app)
        parts.append(f"export const {app.upper()}: Readonly<{{\n{pairs}}}>;")
    structs = {struct for one in declarations() for struct in inner(shapes.type_info(one))}
    parts += [interface(struct) for struct in sorted(structs, key=js_name)]
    return "\n\n".join(parts) + "\n"


def examples() -> str:
    """`tests/examples.json`: one frame of each event and command."""
    frames = {
        one.wire_name: {"type": one.wire_name, "data": example(shapes.type_info(one))}
        for one in declarations()
    }
    return json.dumps(frames, indent=1, ensure_ascii=False) + "\n"


def _section(declared: Declared) -> str:
    lines = [f"### `{declared.wire_name}`", "", sentence(declared), ""]
    rows = [
        f"| `{field.encode_name}` | `{js_type(field.type).replace('|', ' or ')}` |"
        for field in fields(declared)
    ]
    if rows:
        lines += ["| field | type |", "|---|---|", *rows, ""]
    if issubclass(declared, wire.Command):
        rate, burst = declared.rate
        lines += [f"At most {rate * 60:.0f} a minute for one person, {burst} at once.", ""]
    frame = {"type": declared.wire_name, "data": example(shapes.type_info(declared))}
    return "\n".join([*lines, "```json", json.dumps(frame, ensure_ascii=False), "```", ""])


def _sockets() -> str:
    from telemed.routing import websocket_urlpatterns

    rows = []
    for pattern in websocket_urlpatterns[:-1]:
        socket = pattern.callback.consumer_class
        commands = ", ".join(f"`{name}`" for name in sorted(socket.handlers)) or "none"
        rows.append(f"| `/{pattern.pattern}` | {sentence(socket)} | {commands} |")
    return "\n".join(["| address | what | commands |", "|---|---|---|", *rows])


PREFACE = """# The wire protocol

Written by `manage.py wire` from the declarations in each app's `events.py`; do not edit.

Every frame is JSON text, at most 64 KB: `{"type": …, "data": {…}, "ref": …}`. `ref` is the
client's own id of a command (at most 64 characters); its answer, `wire.ack` or `wire.refused`,
echoes it. Unknown types, unknown fields and wrong types are answered by `wire.refused` with the
code `bad_frame`; the fifth closes the socket. Keys are snake_case, ids are UUIDs, times are
ISO 8601 in UTC.

A socket signs in with the session's cookie, from a listed `Origin`. When it opens it has already
joined its subject: fetch what you missed then, and again whenever a beat's head is ahead of you.
The socket is a hint; the REST API is the truth.

| close code | meaning | come back? |
|---|---|---|
| 4001 | sign in again | no |
| 4003 | forbidden: the second step at sign-in is missing | no |
| 4004 | not found, or not yours | no |
| 4008 | five bad frames | no |
| 4009 | a frame over 64 KB | no |
| 1006, 1011, 1012, 4012 | connection lost, or the server restarts | at once, with jitter |
| 4013 | this reader was too slow | with jitter; fetch what was missed |
| 4029 | too fast | with jitter |
"""


def protocol() -> str:
    """`docs/protocol.md`."""
    named = declarations()
    events = "\n".join(_section(one) for one in named if issubclass(one, wire.Event))
    commands = "\n".join(_section(one) for one in named if issubclass(one, wire.Command))
    parts = [PREFACE, "## Sockets", _sockets(), "## Commands", commands, "## Events", events]
    return "\n\n".join(part.strip() for part in parts) + "\n"


DOCUMENTS = {
    "static/js/wire.js": javascript,
    "static/js/wire.d.ts": types,
    "docs/protocol.md": protocol,
    "tests/examples.json": examples,
}

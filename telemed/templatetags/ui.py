"""The tags every page is made of: icons, faces, times and the fields of a form."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import lucide
from django import template
from django.forms import BoundField, CheckboxInput, FileInput, PasswordInput, RadioSelect, Select
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()

KINDS: dict[str, type | tuple[type, ...]] = {
    "password": PasswordInput,
    "checkbox": CheckboxInput,
    "radio": RadioSelect,
    "file": FileInput,
    "select": Select,
}

# What a template may say about a control itself.
ASKED = ("autocomplete", "inputmode", "type")


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """A line icon; names are Lucide's. Each is read and drawn once in the life of a process."""
    classes = f"icon icon--{size}" if size else "icon"
    drawn = lucide._render_icon(name, size=None, **{"class": classes, "aria-hidden": "true"})
    for looks in ('width="24"', 'height="24"', 'fill="none"', 'stroke="currentColor"'):
        drawn = drawn.replace(f" {looks}", "", 1)
    for looks in ('stroke-width="2"', 'stroke-linecap="round"', 'stroke-linejoin="round"'):
        drawn = drawn.replace(f" {looks}", "", 1)
    return mark_safe(" ".join(drawn.split()).replace("> <", "><"))  # noqa: S308 (our own package)


@register.inclusion_tag("partials/avatar.html")
def avatar(
    person: "User | None", size: str = "", online: bool | None = None, ref: str = ""
) -> dict[str, Any]:
    """A face. Without a person it is the blank in a `<template>`, for the browser to fill."""
    presence = {None: "", True: "available", False: "offline"}[online]
    return {"person": person, "size": size, "presence": presence, "ref": ref}


@register.simple_tag
def person_time(value: datetime | None, style: str = "") -> SafeString:
    """A moment in the viewer's zone; its title says the whole of it and names the zone.

    The styles `time`, `day`, `short` and `until` are the browser's too, which rewrites them as
    days pass.
    """
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    whole = f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        value.isoformat(timespec="seconds"),
        whole,
        format_html(' data-local="{}"', style) if style in STYLES else "",
        whole if style == "full" else STYLES.get(style, _day_and_time)(local),
    )


@register.simple_tag
def short_time(value: datetime | None) -> str:
    """The words of `person_time` in the style `short`, for an element that has its own place."""
    return _short(timezone.localtime(value)) if value else ""


def zone_name(local: datetime) -> str:
    """IST, CET; for zones whose short name is only a number, UTC+04."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def _days_ago(local: datetime) -> int:
    return (timezone.localdate() - local.date()).days


def _time(local: datetime) -> str:
    return date_format(local, "H:i")


def _day(local: datetime) -> str:
    ago = _days_ago(local)
    named = {0: _("Today"), 1: _("Yesterday")}
    return named.get(ago) or date_format(local, "l j F" if abs(ago) < 300 else "j F Y")


def _short(local: datetime) -> str:
    ago = _days_ago(local)
    return _time(local) if ago <= 0 else date_format(local, "D" if ago < 7 else "j M")


def _day_and_time(local: datetime) -> str:
    ago = _days_ago(local)
    if ago == 0:
        return _time(local)
    day = _("Yesterday") if ago == 1 else date_format(local, "j M" if abs(ago) < 300 else "j M Y")
    return f"{day}, {_time(local)}"


def _until(local: datetime) -> str:
    ahead = -_days_ago(local)
    if ahead <= 0:
        return _time(local)
    return f"{date_format(local, 'D' if ahead < 7 else 'j M')}, {_time(local)}"


STYLES: dict[str, Callable[[datetime], str]] = {
    "time": _time,
    "day": _day,
    "short": _short,
    "until": _until,
}


@register.filter
def problems(bound: BoundField) -> list[str]:
    """What is wrong with a field, in words that also make sense away from it."""
    missing = _("%(label)s is missing.") % {"label": bound.label}
    errors = bound.errors.as_data()
    return [
        missing if error.code == "required" else message
        for error in errors
        for message in error.messages
    ]


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField, **words: str) -> dict[str, Any]:
    """A labelled control with its hint and its error; `label`, `hint`, `optional` override."""
    widget = bound.field.widget
    kind = next((kind for kind, widgets in KINDS.items() if isinstance(widget, widgets)), "text")
    hint = str(words.get("hint", bound.help_text))
    look = False if kind in ("checkbox", "radio") else "input"
    attrs: dict[str, Any] = {
        "class": look,
        "placeholder": False,
        "aria-describedby": _described(bound, hint),
    }
    attrs |= {name: words[name] for name in ASKED if name in words}
    return {
        "field": bound,
        "kind": kind,
        "control": bound.as_widget(attrs=attrs),
        "label": words.get("label", bound.label),
        "hint": hint,
        "optional": words.get("optional", ""),
        "aside_url": words.get("aside_url", ""),
        "aside_text": words.get("aside_text", ""),
    }


def _described(bound: BoundField, hint: str) -> str | bool:
    parts = [f"{bound.auto_id}_hint"] * bool(hint) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    return " ".join(parts) or False


@register.simple_tag(takes_context=True)
def current(context: Context, *views: str) -> SafeString:
    """`aria-current` for a link of the navigation whose part of the site is being shown."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None or not match.view_name.startswith(views):
        return SafeString("")
    return SafeString('aria-current="page"')

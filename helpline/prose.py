"""What authors write, as HTML: paragraphs, lists and links, and no HTML of their own."""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

# Only these addresses become links: the web's, and those of this site; `//` and `/\` name others.
LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,200})\]\((?P<to>https?://[^\s()<>\"'\\]+|/(?![/\\])[^\s()<>\"'\\]*)\)"
    r"|(?P<bare>\bhttps?://[^\s()<>\"'\\]*[^\s()<>\"'\\.,;:!?])"
)
MARKS = {"ul": re.compile(r"[-*] +"), "ol": re.compile(r"\d{1,2}[.)] +")}


def prose(text: str) -> SafeString:
    """Blank lines end a paragraph; `- ` and `1. ` begin an item; `[words](address)` is a link."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    parts = [part for block in blocks for part in _parts(block)]
    return format_html_join("\n", "{}", ((part,) for part in parts))


def _parts(block: str) -> Iterator[SafeString]:
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    for kind, group in groupby(lines, _kind):
        if kind == "p":
            yield format_html("<p>{}</p>", _linked(" ".join(group)))
        else:
            items = ((_linked(MARKS[kind].sub("", line, count=1)),) for line in group)
            # The two names of elements are our own.
            yield format_html(
                "<{0}>{1}</{0}>", SafeString(kind), format_html_join("", "<li>{}</li>", items)
            )


def _kind(line: str) -> str:
    return next((kind for kind, mark in MARKS.items() if mark.match(line)), "p")


def _linked(text: str) -> SafeString:
    parts, end = [], 0
    for found in LINK.finditer(text):
        address = found["to"] or found["bare"]
        parts.append(escape(text[end : found.start()]))
        parts.append(format_html('<a href="{}">{}</a>', address, found["words"] or address))
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, escape(text[end:])]))

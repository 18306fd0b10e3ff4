"""What every server of these tests has in common: the application, loaded once and then forked.

Nothing here may open a database or ask a setting that differs from server to server.
"""

import os

from tests.browser.server import settings

os.environ |= settings("")

import uvicorn.main  # noqa: F401
from django.db.backends.sqlite3 import base  # noqa: F401
from django.template.loader import get_template
from django.urls import get_resolver

import telemed.asgi  # noqa: F401
from launcher.environment import ROOT

TEMPLATES = ROOT / "templates"

_ = get_resolver().url_patterns
for path in TEMPLATES.rglob("*.html"):
    get_template(str(path.relative_to(TEMPLATES)))

"""Structured logs: one JSON object a line, ids only, never what patients write."""

import contextvars
import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
address: contextvars.ContextVar[str | None] = contextvars.ContextVar("address", default=None)
"""Where the request or the socket being served comes from; for the access record, not the log."""


MAY_SPEAK = (OSError, OperationalError, ImproperlyConfigured)


class RequestId(logging.Filter):
    """Adds the id of the request being served."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """JSON keeps a name with a line break in it from forging a line (ASVS 16.4.1)."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", ""),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in line.items() if value})

    def formatException(self, ei: Any) -> str:
        """Where it happened, without its words: databases and parsers quote what was written.

        Only trouble with the network, the disk, the database or our settings may speak.
        """
        told, exception = "", ei[1]
        while exception is not None:
            kind = f"{type(exception).__module__}.{type(exception).__qualname__}"
            words = f": {exception}" if isinstance(exception, MAY_SPEAK) else ""
            told = (
                "".join(traceback.format_tb(exception.__traceback__)) + kind + words + "\n" + told
            )
            exception = exception.__cause__ or exception.__context__
        return told.strip()


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestId}},
        "formatters": {"line": {"()": JsonLines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": False},
            "django.request": {"level": "ERROR"},
            # While Redis is away it would write a traceback each second; the link says so once.
            "channels_redis": {"level": "CRITICAL"},
            # uvicorn sets these up for itself first: plain lines, with an exception's words.
            **{
                name: {"handlers": [], "level": "WARNING", "propagate": True}
                for name in ("uvicorn", "uvicorn.error", "uvicorn.access")
            },
        },
    }

"""Who saw and changed what: `audit.record(...)`, `audit.opened(...)`, `audit.changed(...)`."""

from accounts.witness import Act
from audit.recording import changed, opened, record

__all__ = ["Act", "changed", "opened", "record"]

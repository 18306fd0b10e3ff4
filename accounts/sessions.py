"""What ends with a session: the sockets, and the pages behind them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import witness
from accounts.witness import Act
from telemed.hub import hub

if TYPE_CHECKING:
    from accounts.models.account import Account

SIGN_IN_AGAIN, COME_BACK = 4001, 4012

# Told whose session is ended from elsewhere, and what it held (notifications: its browser is pushed
# to no more).
endings: list[Callable[["Account", dict[str, Any]], None]] = []


def close_everything(user: "Account") -> None:
    """Once committed, every socket is closed, and its page says that one must sign in again."""
    transaction.on_commit(lambda: hub.disconnect(user, code=SIGN_IN_AGAIN))


def sift(user: "Account") -> None:
    """Once committed, every socket is closed and told to come back.

    One session ended, and others of the person may live: on another device a call may be going
    on. Whoever still has a session is let in again at once, the others are told to sign in.
    """
    transaction.on_commit(lambda: hub.disconnect(user, code=COME_BACK))


def opened(user: "Account", **about: Any) -> None:
    witness.tell(user, Act.SIGNED_IN, subject=user, **about)


def closed(user: "Account", **about: Any) -> None:
    witness.tell(user, Act.SIGNED_OUT, subject=user, **about)
    sift(user)

"""What ends with a session: the sockets, and the pages behind them."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import events, witness
from accounts.witness import Act
from telemed.hub import hub
from telemed.wire import publish

if TYPE_CHECKING:
    from accounts.models.account import Account

SIGN_IN_AGAIN = 4001


def close_everything(user: "Account") -> None:
    """Once committed, pages learn that they are signed out and all sockets are closed.

    A device that still holds a valid session opens its sockets again at once; whoever has
    lost it stays outside.
    """
    publish(events.SignedOut(person=user.public_id), to=user)
    transaction.on_commit(lambda: hub.disconnect(user, code=SIGN_IN_AGAIN))


def opened(user: "Account", **about: Any) -> None:
    witness.tell(user, Act.SIGNED_IN, subject=user, **about)


def closed(user: "Account", **about: Any) -> None:
    witness.tell(user, Act.SIGNED_OUT, subject=user, **about)
    close_everything(user)

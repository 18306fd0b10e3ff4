"""How a call says no."""

from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal


class CallOver(Refusal):
    """Nothing happens to a call any more once it has ended."""

    code = "call_over"
    detail = _("The call is over.")


class AlreadyAnswered(Refusal):
    """Another device was first, or the other side was."""

    code = "already_answered"
    detail = _("The call has been answered.")


class NotAccepted(Refusal):
    """It still rings."""

    code = "not_accepted"
    detail = _("The call has not been answered yet.")


class AlreadyInCall(Refusal):
    """One live call for each person."""

    code = "already_in_call"
    detail = _("You are in another call. Leave it first.")


class AlreadyElsewhere(Refusal):
    """Another tab or device of this person holds the call."""

    code = "already_elsewhere"
    detail = _("You are in this call in another window or on another device.")


class NotJoined(Refusal):
    """This tab, or the one it speaks to, is not in the call."""

    code = "not_joined"
    detail = _("You are not in this call any more.")


class WrongSide(Refusal):
    """The caller cancels; the one who is called accepts or declines."""

    code = "wrong_side"
    detail = _("Only the other side can do that.")
    status = 403


class NotReachable(Refusal):
    """There is nobody on the other side."""

    code = "not_reachable"
    detail = _("This person has left and cannot be called any more.")


class NoRelay(Refusal):
    """Someone hides their network address in calls, and there is no relay to hide it behind."""

    code = "no_relay"
    detail = _(
        "This call has to hide network addresses, and this site has no relay server for that. "
        "Write a message instead."
    )


class BadDescription(Refusal):
    """A session description that no browser of ours would send."""

    code = "bad_sdp"
    detail = _("The browsers could not agree on the connection.")
    status = 422

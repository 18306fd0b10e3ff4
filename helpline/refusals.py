"""How the helpline says no."""

from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal


class AlreadyClaimed(Refusal):
    """Of several agents the first wins."""

    code = "already_claimed"
    detail = _("Someone else has taken this ticket.")


class NobodyOffered(Refusal):
    """The hand-over was taken back, or is for somebody else."""

    code = "nobody_offered"
    detail = _("This emergency is not offered to you any more.")


class StillInCall(Refusal):
    """Everyone is rung again only when nobody is in a call with the person."""

    code = "still_in_call"
    detail = _("Your call goes on. Join it, or end it first.")


class OutcomeKnown(Refusal):
    """What became of the person is written once."""

    code = "outcome_known"
    detail = _("What became of them is written already: see the review of the emergency.")


class NotYourTicket(Refusal):
    """Only the one who has it may do this."""

    code = "not_your_ticket"
    detail = _("This ticket is with someone else. Take it over first.")


class NotAnAgent(Refusal):
    """A ticket can only be with someone who works its queue."""

    code = "not_an_agent"
    detail = _("This person does not work in the category of this ticket.")
    status = 422


class TicketSettled(Refusal):
    """It is resolved or closed, and must be opened again first."""

    code = "ticket_settled"
    detail = _("This ticket is resolved. Open it again first.")


class NotSettled(Refusal):
    """There is nothing to rate, close or open again yet."""

    code = "not_settled"
    detail = _("This ticket is not resolved yet.")


class UnansweredQuestion(Refusal):
    """The last word is the requester's: whoever closes it must mean it."""

    code = "unanswered_question"
    detail = _("The last message is from the person who asked, and has no answer yet.")


class AlreadyRated(Refusal):
    """One rating for each time it was resolved."""

    code = "already_rated"
    detail = _("You have rated this already. Thank you.")


class TooManyTickets(Refusal):
    """A person writes so many tickets at a time; an emergency is never refused."""

    code = "too_many_tickets"
    detail = _(
        "You have opened many tickets in a short time. Write into one of those, "
        "or wait a few minutes. In an emergency use the emergency button."
    )
    status = 429
    retry_after = 60


class AlreadyAnswered(Refusal):
    """Whether an article helped is asked once."""

    code = "already_answered"
    detail = _("You have answered this already. Thank you.")


class NoSuchReport(Refusal):
    """Mistyped, too old, or of another person: which of these is not told."""

    code = "no_such_report"
    detail = _(
        "No report of this person has this code. Codes are valid for half an hour: "
        "ask for the letters again, or for a new report."
    )
    status = 404

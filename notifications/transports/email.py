"""E-mail: says that something waits and leads to it; what it is, only who is signed in can read."""

from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils.translation import get_language

from notifications.kinds import Kind, Transport, kinds
from notifications.models import Delivery, Reason
from notifications.transports import Later, Never, Outcome, Sent, Unsure, sends

DUMMY = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Unanswered(SMTPException):
    """The connection broke after the letter was handed over, and before the server took it."""


class CarefulBackend(smtp.EmailBackend):
    """Tells a letter that was not handed over from one of which nobody knows."""

    @property
    def connection_class(self) -> type:
        """Django's choice, with its own `data`."""
        usual = super().connection_class

        class Careful(usual):  # type: ignore[misc, valid-type]
            def data(self, msg: object) -> object:
                try:
                    return super().data(msg)
                except SMTPDataError:
                    raise
                except (OSError, SMTPException) as broken:
                    raise Unanswered from broken

        return Careful


def is_set_up() -> bool:
    """Whether this server can mail at all."""
    return bool(settings.EMAIL_BACKEND != DUMMY)


@sends(Transport.EMAIL)
def send(delivery: Delivery) -> Outcome:
    """One letter to the confirmed address of the person."""
    if not is_set_up():
        return Never(Reason.NO_TRANSPORT)
    if not delivery.notification.recipient.has_confirmed_email:
        return Never(Reason.NO_ADDRESS)
    try:
        letter(delivery).send()
    except SMTPRecipientsRefused as refused:
        return verdict(max(code for code, _ in refused.recipients.values()))
    except SMTPDataError as refused:
        return verdict(refused.smtp_code)
    except Unanswered:
        return Unsure("no answer")
    except (OSError, SMTPException) as trouble:
        return Later(f"{type(trouble).__name__} {getattr(trouble, 'smtp_code', '')}".strip())
    return Sent()


def verdict(code: int) -> Outcome:
    """What a mail server means by refusing."""
    return Never(Reason.REFUSED, f"SMTP {code}") if code >= 500 else Later(f"SMTP {code}")


def connection() -> BaseEmailBackend:
    """As the settings say."""
    return CarefulBackend() if settings.EMAIL_BACKEND == SMTP else get_connection()


def letter(delivery: Delivery) -> EmailMultiAlternatives:
    """In words and as HTML, in the language that is active."""
    notification = delivery.notification
    kind = kinds[notification.kind]
    context = {
        "outside": notification.outside,
        "advice": advice(kind),
        "url": f"{settings.SITE_URL}{notification.url}",
        "preferences_url": settings.SITE_URL + reverse("notifications:preferences"),
        "language": get_language(),
        "is_fixed": Transport.EMAIL in kind.fixed,
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(notification.outside.split()),
        body=render_to_string("notifications/email/message.txt", context),
        to=[notification.recipient.email],
        headers=headers(delivery, context),
        connection=connection(),
    )
    mail.attach_alternative(
        render_to_string("notifications/email/message.html", context), "text/html"
    )
    return mail


def advice(kind: Kind) -> str:
    """What a kind says besides, to everyone the same."""
    names = [f"notifications/{kind.name}/advice.txt", "notifications/email/advice.txt"]
    return select_template(names).render({"site_url": settings.SITE_URL}).strip()


def headers(delivery: Delivery, context: dict[str, object]) -> dict[str, str]:
    """A letter that is sent again is the same letter, and no machine need answer it."""
    name = delivery.key.replace(":", ".")
    found = {
        "Message-ID": f"<{name}@{settings.SITE_HOST}>",
        "Auto-Submitted": "auto-generated",
    }
    if not context["is_fixed"]:
        found["List-Unsubscribe"] = f"<{context['preferences_url']}>"
    return found

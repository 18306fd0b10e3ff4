"""Phone numbers as the whole world can dial them (E.164): with the code of the country."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
BETWEEN = re.compile(r"[\s()./-]|\N{NON-BREAKING HYPHEN}|\N{EN DASH}")


def e164(phone: str) -> str | None:
    """A number without what people write between its digits; None where it is none."""
    number = BETWEEN.sub("", phone)
    return number if NUMBER.fullmatch(number) else None


def check_phone(phone: str) -> None:
    """Raises ValidationError in words; none at all is fine."""
    if phone and e164(phone) is None:
        words = _(
            "This is not a phone number with its country code. "
            "Write it as in +91 98450 00101, beginning with a plus sign."
        )
        raise ValidationError(words, code="phone")

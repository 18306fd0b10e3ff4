"""The numbers of tickets."""

from django.db import models


class TicketNumber(models.Model):
    """Gives each ticket its number; a number that is drawn is never drawn again."""

    FIRST = 1001

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def draw(cls) -> int:
        """The next number."""
        return cls.FIRST - 1 + cls.objects.create().pk

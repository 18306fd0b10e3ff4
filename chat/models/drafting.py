"""What a member has begun to write: kept on the server, never in a browser."""

from typing import TYPE_CHECKING, Any

from chat.models.hearing import drafted
from chat.wording import check_text


class Drafting:
    """The part of a member that is not sent yet."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any

    def save_draft(self, body: str) -> None:
        """Keeps what has been written so far; raises MessageTooLong or UnreadableText."""
        check_text(body)
        type(self).objects.present().filter(pk=self.pk).update(draft=body)
        for hear in drafted:
            hear(self)  # type: ignore[arg-type]

    def keep_unsent(self, body: str) -> None:
        """What they wrote before they were put out: in their field once they are back.

        Raises MessageTooLong or UnreadableText.
        """
        check_text(body)
        type(self).objects.filter(pk=self.pk, left_at__isnull=False).update(draft=body)

"""What the admins of several apps share."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ReadOnly:
    """Rows that only verbs write: to be looked at. For model admins and inlines."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand."""
        return False


def in_words(model: type[Model], name: str) -> Any:
    """A foreign key of `model` as a read-only column of words.

    Django makes a link of it whoever reads, which leads agents to refusals.
    """

    @admin.display(description=model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    def column(thing: Model) -> object:
        return getattr(thing, name)

    return column

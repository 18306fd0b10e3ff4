"""What can be told, for pages that show it."""

from django import template

from accounts.models import User
from notifications.kinds import Kind, kinds

register = template.Library()


@register.simple_tag
def kinds_for(person: User) -> list[Kind]:
    """Those of which this person may ever be told."""
    return [each for each in kinds.values() if each.is_for(person.role)]

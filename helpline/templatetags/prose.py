"""The filter by which an article is shown."""

from django import template
from django.utils.safestring import SafeString

from helpline import prose as formatting

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Safe HTML of what an author wrote."""
    return formatting.prose(text)

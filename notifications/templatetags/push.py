"""What pages say about push."""

from django import template

from notifications import vapid

register = template.Library()


@register.simple_tag
def push_key() -> str:
    """What browsers subscribe with; empty where push is not set up on this server."""
    return vapid.public_key()

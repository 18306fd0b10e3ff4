"""What can be told, for pages that show it."""

from django import template

from notifications.forms import kinds_for

register = template.Library()
register.simple_tag(kinds_for)

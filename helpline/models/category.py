"""What a ticket is about; each category has its queue and the agents who work it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.models.states import Priority


class CategoryQuerySet(models.QuerySet["Category"]):
    """Selections of categories."""

    def offered(self) -> "CategoryQuerySet":
        """Those that a new ticket may have."""
        return self.filter(is_offered=True)


class Category(models.Model):
    """A subject that people write to us about."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    hint = models.CharField(_("for example"), max_length=120, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("usual priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    order = models.PositiveSmallIntegerField(_("place"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

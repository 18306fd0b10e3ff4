"""Answers that are written already."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ArticleQuerySet(models.QuerySet["Article"]):
    """Selections of articles."""

    def published(self) -> "ArticleQuerySet":
        """Those that anyone may read."""
        return self.filter(is_published=True)

    def about(self, words: str) -> "ArticleQuerySet":
        """Those with every one of the words, in the title, the search words or the text."""
        found = self
        for word in words.split()[:8]:
            anywhere = Q(title__icontains=word) | Q(keywords__icontains=word)
            found = found.filter(anywhere | Q(body__icontains=word))
        return found


class Article(models.Model):
    """One question and its answer."""

    slug = models.SlugField(_("address"), unique=True)
    category = models.ForeignKey(
        "helpline.Category",
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name=_("category"),
    )
    title = models.CharField(_("question"), max_length=120)
    keywords = models.CharField(_("search words"), max_length=200, blank=True)
    body = models.TextField(_("answer"), max_length=10_000)
    is_published = models.BooleanField(_("published"), default=False)
    order = models.PositiveSmallIntegerField(_("place"), default=0)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    helped = models.PositiveIntegerField(_("helped"), default=0)
    missed = models.PositiveIntegerField(_("did not help"), default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["category", "order", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("helpline:article", args=[self.slug])

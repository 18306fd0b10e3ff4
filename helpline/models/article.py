"""Answers that are written already."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.models.vote import Vote
from helpline.refusals import AlreadyAnswered

WORDS = 8
# A hit in the question or the search words counts for more than one somewhere in the answer.
STRONG, WEAK = 3, 1


class ArticleQuerySet(models.QuerySet["Article"]):
    """Selections of articles."""

    def published(self) -> "ArticleQuerySet":
        """Those that anyone may read."""
        return self.filter(is_published=True)

    def about(self, words: str) -> "ArticleQuerySet":
        """Those with every one of the words, in the title, the search words or the text."""
        found = self
        for word in words.split()[:WORDS]:
            anywhere = Q(title__icontains=word) | Q(keywords__icontains=word)
            found = found.filter(anywhere | Q(body__icontains=word))
        return found

    def near(self, words: list[str]) -> "ArticleQuerySet":
        """Those that a sentence with these words may be about, the likeliest first."""
        score: Any = Value(0)
        for word in words[:WORDS]:
            named = Q(title__icontains=word) | Q(keywords__icontains=word)
            hit = Case(
                When(named, then=Value(STRONG)),
                When(body__icontains=word, then=Value(WEAK)),
                default=Value(0),
                output_field=IntegerField(),
            )
            score = score + hit
        scored = self.annotate(score=score).filter(score__gte=STRONG)
        return scored.order_by("-score", "order", "title")


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

    @transaction.atomic
    def count(self, *, helped: bool, voter: str) -> None:
        """Whether it helped; raises AlreadyAnswered for who has said so before."""
        try:
            with transaction.atomic():
                Vote.objects.create(article=self, voter=voter, helped=helped)
        except IntegrityError:
            raise AlreadyAnswered from None
        counted = "helped" if helped else "missed"
        Article.objects.filter(pk=self.pk).update(**{counted: F(counted) + 1})

"""Who has said of an article whether it helped, so that nobody is counted twice."""

from django.db import models
from django.utils import timezone


class Vote(models.Model):
    """One answer; `voter` stands for a person, or for the session of a visitor."""

    article = models.ForeignKey("helpline.Article", on_delete=models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=80)
    helped = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "voter"], name="voted_once")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.helped}"

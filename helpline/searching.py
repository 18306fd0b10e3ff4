"""Finding the answer that is written already: by search words, and by the subject of a ticket."""

import re

from helpline.models import Article
from helpline.models.article import ArticleQuerySet

FOUND, SUGGESTED = 20, 3
LETTERS = re.compile(r"[^\W\d_]{4,}")
# They are in every question, and say nothing of what it is about.
COMMON = frozenset(
    LETTERS.findall(
        "about after again also anything been before being cannot could does doesn from have help "
        "into just know like make many more much need only other over please problem question "
        "should some still than that their them then there these they thing this very want what "
        "when where which while will with without work working works would your"
    )
)


def search(words: str) -> list[Article]:
    """The published answers with all of these words; if there is none, those that come near."""
    published = Article.objects.published().select_related("category")
    found = list(published.about(words)[:FOUND])
    return found or list(published.near(stems_of(words))[:FOUND])


def suggest(subject: str) -> ArticleQuerySet:
    """The few that may answer what somebody is about to ask us."""
    return Article.objects.published().near(stems_of(subject))[:SUGGESTED]


def stems_of(sentence: str) -> list[str]:
    """The words that say what it is about; the stem of one is in its other forms."""
    words = [word for word in LETTERS.findall(sentence.lower()) if word not in COMMON]
    return [word[:-1] if len(word) > 4 and word.endswith("s") else word for word in words]

"""Answers that are written already: how they look, how they are found, whether they help."""

import re
from datetime import time, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from helpline.models import Article, Category, OpeningHours
from helpline.prose import prose
from helpline.refusals import AlreadyAnswered
from helpline.searching import search, suggest
from tests.conftest import Person

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt:alert(1))",
    "[press](data:text/html,<script>alert(1)</script>)",
    "[press](//evil.example)",
    "[press](/\\evil.example)",
    '[press](https://example.com/" onmouseover="alert(1))',
    "[<b>bold</b>](/help/)",
    "https://example.com/<script>alert(1)</script>",
    "- <svg/onload=alert(1)>",
    "1. <iframe src=//evil.example>",
    "[a](vbscript:msgbox(1))",
    "&lt;script&gt;",
]
TAG = re.compile(r"<(/?)(\w+)([^>]*)>")


@pytest.fixture
def article(calls_category: Category) -> Article:
    return Article.objects.create(
        slug="deaf",
        category=calls_category,
        title="Nobody hears me",
        keywords="microphone",
        body="Press the button.",
        is_published=True,
    )


def test_text_becomes_paragraphs_lists_and_links() -> None:
    written = "One\nline.\n\n- first\n- second\n\n1. this\n2. that\n"
    written += "See [Help](/help/) or https://example.com/a."
    assert prose(written) == (
        "<p>One line.</p>\n<ul><li>first</li><li>second</li></ul>\n"
        "<ol><li>this</li><li>that</li></ol>\n"
        '<p>See <a href="/help/">Help</a> or '
        '<a href="https://example.com/a">https://example.com/a</a>.</p>'
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_authors_write_no_html(hostile: str) -> None:
    for _closing, name, attributes in TAG.findall(prose(hostile)):
        assert name in {"p", "ul", "ol", "li", "a"}
        assert re.fullmatch(r'( href="(https?://|/(?![/\\]))[^"<>]*")?', attributes), attributes


def test_a_draft_is_found_by_nobody(article: Article, browser_client) -> None:
    client = browser_client()
    assert client.get(article.get_absolute_url()).status_code == 200
    assert article in search("hears button")
    Article.objects.update(is_published=False)
    assert client.get(article.get_absolute_url()).status_code == 404
    assert search("hears") == list(suggest("Microphone")) == []
    assert article.title not in client.get("/help/").content.decode()


def test_what_has_all_words_of_a_search_is_found_alone_and_else_what_comes_near(
    article: Article,
) -> None:
    other = Article.objects.create(
        slug="zebra", category=article.category, title="Nobody sees me", is_published=True
    )
    assert search("NOBODY microphone") == [article]
    assert set(search("nobody zebra")) == {article, other}
    assert search("zebra") == []


def test_a_subject_suggests_what_is_near(article: Article, calls_category: Category) -> None:
    assert suggest("My microphones do not work, please help")[0] == article
    assert list(suggest("please help with this")) == []


def test_the_search_is_a_form(article: Article, browser_client) -> None:
    page = browser_client().get("/help/", {"q": "nobody hears"}).content.decode()
    assert article.title in page
    page = browser_client().get("/help/", {"q": "<zebra>"}).content.decode()
    assert "Nothing found for “&lt;zebra&gt;”" in page
    assert "/help/tickets/new/" in page


def test_each_person_is_counted_once(article: Article, asha: User) -> None:
    article.count(helped=True, voter="person:1")
    article.count(helped=False, voter="person:2")
    with pytest.raises(AlreadyAnswered):
        article.count(helped=False, voter="person:1")
    article.refresh_from_db()
    assert (article.helped, article.missed) == (1, 1)


def test_each_session_of_a_visitor_is_counted_once(
    article: Article, browser_client, asha: User
) -> None:
    for client in (browser_client(), browser_client(), browser_client(asha)):
        assert "Was this helpful?" in client.get(article.get_absolute_url()).content.decode()
        for _again in range(2):
            client.post(f"{article.get_absolute_url()}helpfulness/", {"helped": "yes"})
        assert (
            "You said that this was helpful"
            in client.get(article.get_absolute_url()).content.decode()
        )
    article.refresh_from_db()
    assert (article.helped, article.missed) == (3, 0)


def test_a_person_is_near_before_one_has_said_no(article: Article, browser_client) -> None:
    page = browser_client().get(article.get_absolute_url()).content.decode()
    assert "Was this helpful?" in page
    assert f'href="/help/chat/?category={article.category.slug}"' in page
    assert f'href="/help/tickets/new/?category={article.category.slug}"' in page
    closed = timezone.localdate() + timedelta(days=3)
    OpeningHours.objects.create(weekday=closed.weekday(), opens=time(9), closes=time(10))
    page = browser_client().get(article.get_absolute_url()).content.decode()
    assert "/help/chat/" not in page
    assert f'href="/help/tickets/new/?category={article.category.slug}"' in page


def test_an_odd_answer_counts_nothing(article: Article, browser_client) -> None:
    browser_client().post(f"{article.get_absolute_url()}helpfulness/", {"helped": "perhaps"})
    article.refresh_from_db()
    assert (article.helped, article.missed) == (0, 0)


def test_the_preview_is_what_readers_will_see(
    article: Article, person: Person, ravi: User, browser_client
) -> None:
    written = {"title": "New title", "body": "- one <b>item</b>", "category": article.category.pk}
    address = "/admin/helpline/article/preview/"
    page = browser_client(person("admin")).post(address, written).content.decode()
    assert "<h1>New title</h1>" in page
    assert "<li>one &lt;b&gt;item&lt;/b&gt;</li>" in page
    assert Article.objects.get(pk=article.pk).title == "Nobody hears me"
    assert browser_client(ravi).post(address, written).status_code == 403


def test_an_editor_writes_and_publishes(article: Article, person: Person, browser_client) -> None:
    client = browser_client(person("admin"))
    address = f"/admin/helpline/article/{article.pk}/change/"
    assert "article/preview/" in client.get(address).content.decode()
    Article.objects.update(helped=7)
    written = {
        "title": "Better",
        "slug": article.slug,
        "category": article.category.pk,
        "body": "New.",
        "order": 1,
    }
    assert client.post(address, written).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.is_published, article.helped) == ("Better", False, 7)


def test_the_first_answers_lead_only_to_pages_that_exist() -> None:
    import_module("helpline.migrations.0002_first_answers").add(apps, None)  # or they are flushed
    first = Article.objects.published()
    assert first.count() >= 12
    links = re.findall(r'href="(/[^"]*)"', "".join(prose(each.body) for each in first))
    assert links
    assert all(resolve(link) for link in links)
    assert not re.search(r"<(?!/?(p|ul|ol|li|a)\b)", "".join(prose(each.body) for each in first))

"""The pages of calls: history, question, the call's three faces, and the forms."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AccessRecord
from calls.models import Call, Participant
from chat.models import Conversation
from notifications.models import Notification

pytestmark = [pytest.mark.alike, pytest.mark.django_db]

Browser = Callable[..., Client]

POSTS = ["acceptance", "refusal", "cancellation", "ending"]


def page(browser: Client, call: Call) -> str:
    response = browser.get(call.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def end(call: Call, reason: str, person: User, other: User) -> None:
    """`person` called `other`, and this came of it."""
    if reason in ("completed", "failed", "lost"):
        call.accept(other)
    now = timezone.now()
    if reason in ("completed", "lost"):
        Call.objects.update(connected_at=now)
    if reason in ("missed", "busy"):
        Call.objects.update(ring_expires_at=now)
    if reason in ("failed", "lost"):
        Participant.objects.update(lease_expires_at=now)
    deeds = {
        "declined": lambda: call.decline(other),
        "cancelled": lambda: call.cancel(person),
        "completed": lambda: call.leave(other),
    }
    deeds.get(reason, Call.objects.settle)()
    call.refresh_from_db()
    assert call.end_reason == reason


def test_a_form_starts_a_call_and_lands_on_its_page(
    conversation: Conversation, asha: User, browser_client: Browser
) -> None:
    form = {"conversation": conversation.pk, "kind": "video"}
    response = browser_client(asha).post(reverse("calls:list"), form)
    call = Call.objects.get()
    assert response["Location"] == call.get_absolute_url() == f"/calls/{call.pk}/"
    assert (call.kind, call.started_by) == ("video", asha)


def test_a_doctor_is_called_by_the_slug(asha: User, dr_rao: User, browser_client: Browser) -> None:
    form = {"doctor": dr_rao.doctor.slug, "kind": "audio"}
    browser_client(asha).post(reverse("calls:list"), form)
    assert Call.objects.get().conversation == Conversation.objects.direct(asha, dr_rao)


def test_a_foreign_conversation_is_not_there(
    conversation: Conversation, stranger: User, browser_client: Browser
) -> None:
    form = {"conversation": conversation.pk, "kind": "video"}
    assert browser_client(stranger).post(reverse("calls:list"), form).status_code == 404
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "video"},
        {"conversation": "x", "kind": "video"},
        {"doctor": "vikram-rao", "kind": "hologram"},
        {"doctor": "../x", "kind": "audio"},
    ],
)
def test_a_wrong_form_is_told_on_the_page_it_was_on(
    form: dict[str, str], asha: User, dr_rao: User, browser_client: Browser
) -> None:
    response = browser_client(asha).post(
        reverse("calls:list"), form, headers={"referer": "http://testserver/calls/"}, follow=True
    )
    assert "could not be started" in response.content.decode()
    assert not Call.objects.exists()


def test_a_refusal_is_told_on_the_page_it_was_on(
    ringing: Call, asha: User, meera: User, browser_client: Browser
) -> None:
    form = {"doctor": meera.doctor.slug, "kind": "audio"}
    for referer, back in [
        (f"http://testserver/doctors/{meera.doctor.slug}/", "http://testserver/doctors/"),
        ("https://evil.example/", "/calls/"),
    ]:
        browser = browser_client(asha)
        response = browser.post(reverse("calls:list"), form, headers={"referer": referer})
        assert response["Location"].startswith(back)
        assert "You are in another call" in browser.get("/calls/").content.decode()


def test_the_caller_sees_the_call_while_it_rings(
    ringing: Call, asha: User, browser_client: Browser
) -> None:
    response = browser_client(asha).get(ringing.get_absolute_url())
    shown = response.content.decode()
    assert "<telemed-call" in shown
    assert 'status="ringing" started-by-me' in shown
    assert "camera=(self)" in response["Permissions-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_other_pages_open_no_camera(asha: User, browser_client: Browser) -> None:
    assert "camera=()" in browser_client(asha).get("/calls/")["Permissions-Policy"]


def test_the_called_one_is_asked_first(
    ringing: Call, dr_rao: User, browser_client: Browser
) -> None:
    shown = page(browser_client(dr_rao), ringing)
    assert "<telemed-call" not in shown
    assert "Asha Verma is calling" in shown
    assert reverse("calls:acceptance", args=[ringing.pk]) in shown


def test_without_a_script_the_question_ends_with_the_ringing(
    ringing: Call, dr_rao: User, browser_client: Browser
) -> None:
    shown = page(browser_client(dr_rao), ringing)
    refresh = re.search(r'<noscript><meta http-equiv="refresh" content="(\d+)">', shown)
    assert refresh
    assert 25 < int(refresh[1]) <= 31


def test_answering_without_a_script(ringing: Call, dr_rao: User, browser_client: Browser) -> None:
    browser = browser_client(dr_rao)
    response = browser.post(reverse("calls:acceptance", args=[ringing.pk]), {"media": "video"})
    assert response["Location"] == ringing.get_absolute_url()
    shown = page(browser, ringing)
    assert 'kind="video"' in shown
    assert 'status="active"' in shown
    assert "started-by-me" not in shown


def test_answering_a_video_call_without_a_camera(
    ringing: Call, dr_rao: User, browser_client: Browser
) -> None:
    browser = browser_client(dr_rao)
    response = browser.post(
        reverse("calls:acceptance", args=[ringing.pk]), {"media": "audio"}, follow=True
    )
    assert 'kind="audio"' in response.content.decode()
    assert 'kind="video"' in page(browser, ringing)


def test_the_second_device_finds_the_call_answered(
    active: Call, dr_rao: User, browser_client: Browser
) -> None:
    response = browser_client(dr_rao).post(
        reverse("calls:acceptance", args=[active.pk]), follow=True
    )
    assert "The call has been answered" in response.content.decode()
    assert "<telemed-call" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "post", "reason"),
    [
        ("dr_rao", "refusal", "declined"),
        ("asha", "cancellation", "cancelled"),
        ("asha", "ending", "cancelled"),
    ],
)
def test_forms_end_a_call_that_rings(
    who: str,
    post: str,
    reason: str,
    ringing: Call,
    browser_client: Browser,
    request: pytest.FixtureRequest,
) -> None:
    browser = browser_client(request.getfixturevalue(who))
    assert browser.post(reverse(f"calls:{post}", args=[ringing.pk])).status_code == 302
    ringing.refresh_from_db()
    assert ringing.end_reason == reason
    assert browser.post(reverse(f"calls:{post}", args=[ringing.pk])).status_code == 302


OUTCOMES = {
    ("completed", "asha"): "Your call with Dr Rao has ended",
    ("completed", "dr_rao"): "Your call with Asha has ended",
    ("missed", "asha"): "Dr Rao did not answer",
    ("missed", "dr_rao"): "You missed a video call from Asha",
    ("declined", "asha"): "Dr Rao cannot talk now",
    ("declined", "dr_rao"): "You declined the call from Asha",
    ("cancelled", "asha"): "You cancelled the call to Dr Rao",
    ("cancelled", "dr_rao"): "You missed a video call from Asha",
    ("busy", "asha"): "Dr Rao is on another call",
    ("busy", "dr_rao"): "You missed a video call from Asha",
    ("failed", "asha"): "You and Dr Rao could not be connected",
    ("lost", "dr_rao"): "The connection with Asha was lost",
}


@pytest.mark.parametrize(("reason", "who"), OUTCOMES)
def test_the_end_is_told_in_words_with_the_next_step(
    reason: str,
    who: str,
    ringing: Call,
    asha: User,
    dr_rao: User,
    browser_client: Browser,
    request: pytest.FixtureRequest,
) -> None:
    if reason == "busy":
        request.getfixturevalue("elsewhere")(dr_rao)
    end(ringing, reason, asha, dr_rao)
    shown = page(browser_client(request.getfixturevalue(who)), ringing)
    assert re.search(rf"<h1>{OUTCOMES[reason, who]}\s*</h1>", shown)
    assert "<telemed-call" not in shown
    assert reverse("chat:conversation", args=[ringing.conversation_id]) in shown
    assert "Call again" in shown or "Call back" in shown


def test_opening_the_page_is_on_the_record_and_clears_the_bell(
    ringing: Call, asha: User, dr_rao: User, browser_client: Browser
) -> None:
    ringing.cancel(asha)
    page(browser_client(dr_rao), ringing)
    assert not Notification.objects.unread().exists()
    assert AccessRecord.objects.filter(
        actor=dr_rao.public_id, act="opened", object_id=str(ringing.pk)
    ).exists()


@pytest.mark.parametrize("state", ["ringing", "active"])
def test_for_a_stranger_there_is_no_such_call(
    state: str, stranger: User, browser_client: Browser, request: pytest.FixtureRequest
) -> None:
    call = request.getfixturevalue(state)
    browser = browser_client(stranger)
    assert browser.get(call.get_absolute_url()).status_code == 404
    for post in POSTS:
        assert browser.post(reverse(f"calls:{post}", args=[call.pk])).status_code == 404
    assert Call.objects.get().status == call.status


def test_a_visitor_signs_in_first(ringing: Call, dr_rao: User, browser_client: Browser) -> None:
    browser = browser_client()
    addresses = [
        reverse("calls:list"),
        ringing.get_absolute_url(),
        reverse("calls:with", args=[dr_rao.doctor.slug, "video"]),
    ]
    for address in addresses:
        response = browser.get(address)
        assert response["Location"] == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("post", POSTS)
def test_nothing_moves_by_get(
    post: str, ringing: Call, dr_rao: User, browser_client: Browser
) -> None:
    address = reverse(f"calls:{post}", args=[ringing.pk])
    assert browser_client(dr_rao).get(address).status_code == 405


def test_the_question_before_a_call(asha: User, dr_rao: User, browser_client: Browser) -> None:
    browser = browser_client(asha)
    shown = browser.get(reverse("calls:with", args=[dr_rao.doctor.slug, "video"]))
    assert "Video call with Dr Vikram Rao" in shown.content.decode()
    assert "camera and microphone" in shown.content.decode()
    assert not Call.objects.exists()
    for slug, kind in [("nobody", "video"), (dr_rao.doctor.slug, "hologram")]:
        assert browser.get(reverse("calls:with", args=[slug, kind])).status_code == 404


def test_an_empty_history_says_what_to_do(asha: User, browser_client: Browser) -> None:
    browser = browser_client(asha)
    assert "No calls yet" in browser.get("/calls/").content.decode()
    assert "No missed calls" in browser.get("/calls/?show=missed").content.decode()


@pytest.fixture
def history(conversation: Conversation, asha: User, dr_rao: User) -> list[Call]:
    """Forty calls, the newest first; every second one was missed by Dr Rao."""
    calls = []
    for number in range(40):
        call = Call.objects.start(conversation, by=asha, kind="audio")
        if number % 2:
            call.cancel(asha)
        else:
            call.decline(dr_rao)
        Call.objects.filter(pk=call.pk).update(
            created_at=timezone.now() - timedelta(days=1, minutes=40 - number)
        )
        calls.insert(0, call)
    return calls


def test_the_history_goes_on_by_pages(
    history: list[Call], dr_rao: User, browser_client: Browser
) -> None:
    browser = browser_client(dr_rao)
    first = browser.get("/calls/")
    assert [side.call for side in first.context["rows"]] == history[:30]
    second = browser.get(f"/calls/?before={first.context['older']}")
    assert [side.call for side in second.context["rows"]] == history[30:]
    assert second.context["older"] is None


def test_the_history_shows_missed_calls_only(
    history: list[Call], asha: User, dr_rao: User, browser_client: Browser
) -> None:
    shown = browser_client(dr_rao).get("/calls/?show=missed").context["rows"]
    assert [side.call for side in shown] == history[::2]
    assert not browser_client(asha).get("/calls/?show=missed").context["rows"]


def test_a_stranger_has_no_part_in_the_history(
    history: list[Call], stranger: User, browser_client: Browser
) -> None:
    browser = browser_client(stranger)
    assert not browser.get("/calls/").context["rows"]
    assert browser.get(f"/calls/?before={history[5].pk}").status_code == 404


@pytest.mark.parametrize("query", ["show=x", "before=x", "before=1"])
def test_a_wrong_part_of_the_history_is_not_there(
    query: str, asha: User, browser_client: Browser
) -> None:
    assert browser_client(asha).get(f"/calls/?{query}").status_code == 404


def test_the_history_costs_the_same_however_long(
    history: list[Call],
    asha: User,
    browser_client: Browser,
    django_assert_max_num_queries: Callable,
) -> None:
    browser = browser_client(asha)
    with django_assert_max_num_queries(12):
        browser.get("/calls/")


@pytest.mark.parametrize("state", ["ringing", "joined"])
def test_the_call_page_costs_few_queries(
    state: str,
    asha: User,
    browser_client: Browser,
    request: pytest.FixtureRequest,
    django_assert_max_num_queries: Callable,
) -> None:
    call = request.getfixturevalue(state)
    browser = browser_client(asha)
    with django_assert_max_num_queries(12):
        page(browser, call)


def test_a_missed_call_is_called_back_until_it_is_answered(
    conversation: Conversation, asha: User, dr_rao: User, browser_client: Browser
) -> None:
    call = Call.objects.start(conversation, by=dr_rao, kind="video")
    call.cancel(dr_rao)
    shown = page(browser_client(asha), call)
    assert "Call back" in shown
    assert "You have replied since." not in shown
    conversation.append(asha, uuid4(), body="I was out. What is it?")
    shown = page(browser_client(asha), call)
    assert "Call back" not in shown
    assert "You have replied since." in shown
    assert "You have replied since." not in page(browser_client(dr_rao), call)


def test_what_was_missed_long_ago_is_not_said_to_be_answered(
    conversation: Conversation, asha: User, dr_rao: User, browser_client: Browser
) -> None:
    call = Call.objects.start(conversation, by=dr_rao, kind="video")
    call.cancel(dr_rao)
    Call.objects.update(created_at=timezone.now() - timedelta(days=90))
    assert "Call back" in page(browser_client(asha), call)

"""The doors to a person's preferences: the page with its form, and the API."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from chat.kinds import MESSAGE
from chat.models import Conversation
from notifications import forms, vapid
from notifications.kinds import Kind, Transport, kinds
from notifications.models import FOREVER, Preferences
from tests.notifications.test_preferences import of

pytestmark = [pytest.mark.alike, pytest.mark.django_db]

PAGE = "/notifications/preferences/"
DISTURB = "/notifications/preferences/do-not-disturb/"
API = "/api/v1/notifications/preferences/"
PUSH, EMAIL, SMS = Transport.PUSH, Transport.EMAIL, Transport.SMS
FORM = {
    "matrix": ["message:push", "incoming_call:push", "missed_call:push", "missed_call:email"],
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "lets_urgent_through": "on",
    "sound_message": "bell",
    "sound_call": "",
}


@pytest.fixture(autouse=True)
def _every_transport(settings):
    """A server on which everything is set up."""
    settings.VAPID_PRIVATE_KEY, settings.SMS_URL = vapid.make_key(), "console:"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def for_doctors(monkeypatch):
    """A kind that another app declares, and of which only doctors are told."""
    kind = Kind(
        name="waiting", topic="visits", label="A patient waits", hint="", icon="clock",
        roles=frozenset({"doctor"}),
    )  # fmt: skip
    monkeypatch.setitem(kinds, kind.name, kind)
    return kind


def box(page: str, kind: str, transport: str) -> str:
    """The field of the matrix, as it is written."""
    found = [each for each in page.split("<input")[1:] if f'value="{kind}:{transport}"' in each]
    return found[0].split(">")[0] if found else ""


# The page.


def test_the_page_shows_how_it_stands_and_writes_nothing(browser_client, asha):
    page = browser_client(asha).get(PAGE).text
    assert "checked" in box(page, "message", "push")
    assert box(page, "message", "sms")
    assert "checked" not in box(page, "message", "sms")
    assert f"Times of your zone, {asha.time_zone}." in page
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("who", ["asha", "dr_rao", "ravi"])
def test_everyone_gets_there_from_the_centre_and_from_the_account(who, request, browser_client):
    client = browser_client(request.getfixturevalue(who))
    for page in ("/notifications/", "/me/"):
        assert f'href="{PAGE}"' in client.get(page).text
    assert client.get(PAGE).status_code == 200


def test_the_whole_form_is_kept_by_one_button(browser_client, asha):
    answer = browser_client(asha).post(PAGE, FORM | {"has_quiet_hours": "on"}, follow=True)
    assert "Your choices are saved." in answer.text
    own = of(asha)
    assert [own.allows(MESSAGE, each) for each in (PUSH, EMAIL, SMS)] == [1, 0, 0]
    assert (own.quiet_from, own.quiet_to, own.lets_urgent_through) == (time(22), time(7), True)
    assert own.sounds == {"message": "bell", "call": ""}
    assert "checked" not in box(answer.text, "message", "email")
    assert "checked" in box(answer.text, "missed_call", "email")


def test_quiet_hours_are_turned_off_again(browser_client, asha):
    client = browser_client(asha)
    client.post(PAGE, FORM | {"has_quiet_hours": "on"})
    page = client.post(PAGE, FORM | {"quiet_to": "06:30"}, follow=True).text
    own = of(asha)
    assert not own.has_quiet_hours
    assert (own.quiet_from, own.quiet_to) == (time(22), time(6, 30))
    assert 'value="06:30"' in page


def test_quiet_hours_that_are_off_may_be_unfinished(browser_client, asha):
    client = browser_client(asha)
    client.post(PAGE, FORM | {"has_quiet_hours": "on"})
    client.post(PAGE, FORM | {"quiet_to": ""})
    assert (of(asha).quiet_to, of(asha).has_quiet_hours) == (time(7), False)


def test_what_is_fixed_cannot_be_unchecked_and_says_why(browser_client, asha):
    client = browser_client(asha)
    page = client.post(PAGE, FORM, follow=True).text
    assert of(asha).allows(kinds["security"], EMAIL)
    assert "Security by E-mail: always, so that nobody changes your account" in page
    assert box(page, "security", "push")
    assert not box(page, "security", "email")


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"quiet_from": ""}, "quiet_from", "Say when the quiet hours begin."),
        ({"quiet_to": ""}, "quiet_to", "Say when the quiet hours end."),
        ({"quiet_from": "25:00"}, "quiet_from", "Enter a valid time."),
        ({"quiet_from": "a\0b"}, "quiet_from", "Enter a valid time."),
        ({"quiet_from": "07:00"}, "quiet_to", "They begin and end at the same time."),
        ({"sound_message": "drums"}, "sound_message", "drums is not one of the available"),
        ({"matrix": ["security:email"]}, "matrix", "security:email is not one of the available"),
        ({"matrix": ["gossip:push"]}, "matrix", "gossip:push is not one of the available"),
        ({"matrix": ["message:pigeon"]}, "matrix", "message:pigeon is not one of the available"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_nothing_is_kept(
    browser_client, asha, sent, field, words
):
    answer = browser_client(asha).post(PAGE, FORM | {"has_quiet_hours": "on"} | sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "There is a problem" in answer.text
    assert "<title>Error:" in answer.text
    assert f'href="#id_{field}"' in answer.text
    assert words in answer.text
    assert not Preferences.objects.exists()


def test_a_person_without_a_number_is_led_to_the_profile(browser_client, ravi):
    ravi.phone = ""
    ravi.save()
    page = browser_client(ravi).get(PAGE).text
    assert "Your profile has no phone number." in page
    assert 'href="/me/#id_phone"' in page
    assert not box(page, "message", "sms")
    assert box(page, "message", "push")


def test_a_number_without_a_country_is_said_to_be_so(browser_client, asha):
    asha.phone = "98450 00101"
    asha.save()
    page = browser_client(asha).get(PAGE).text
    assert "The phone number in your profile has no country code." in page
    assert not box(page, "message", "sms")


def test_a_server_that_sends_no_sms_says_so(browser_client, asha, settings):
    settings.SMS_URL = ""
    page = browser_client(asha).get(PAGE).text
    assert "This server is not set up for SMS." in page
    assert not box(page, "message", "sms")


def test_what_cannot_be_used_now_keeps_what_was_chosen(browser_client, asha, settings):
    with Preferences.changing(asha) as own:
        own.choose(MESSAGE, SMS, is_on=True)
    settings.SMS_URL = ""
    browser_client(asha).post(PAGE, FORM)
    assert of(asha).allows(MESSAGE, SMS)


def test_a_kind_that_is_declared_appears_where_it_is_of_interest(
    browser_client, asha, dr_rao, for_doctors
):
    assert "A patient waits" in browser_client(dr_rao).get(PAGE).text
    assert "A patient waits" not in browser_client(asha).get(PAGE).text
    browser_client(dr_rao).post(PAGE, FORM)
    assert not of(dr_rao).allows(for_doctors, PUSH)


def test_only_those_are_asked_for_a_sound_who_ever_hear_it(browser_client, asha, dr_rao, ravi):
    def sounds(person) -> set[str]:
        fields = browser_client(person).get(PAGE).context["form"].fields
        return {name.removeprefix("sound_") for name in fields if name.startswith("sound_")}

    assert sounds(asha) == {"message", "call"}
    assert sounds(ravi) == {"message", "call", "emergency"}
    assert sounds(dr_rao) == {"message", "call", "waiting", "emergency"}


def test_what_is_muted_stands_there_and_can_be_unmuted(browser_client, asha, dr_rao, stranger):
    conversation = Conversation.objects.direct(asha, dr_rao)
    client = browser_client(asha)
    assert "None. You can mute" in client.get(PAGE).text
    conversation.member(asha).mute()
    page = client.get(PAGE).text
    assert conversation.get_absolute_url() in page
    assert "Dr Vikram Rao" in page
    assert conversation.get_absolute_url() not in browser_client(stranger).get(PAGE).text
    assert conversation.get_absolute_url() not in browser_client(dr_rao).get(PAGE).text
    sent = {"lasts": "off", "from_preferences": "1"}
    assert client.post(f"/messages/{conversation.pk}/muting/", sent)["Location"] == PAGE
    assert "None. You can mute" in client.get(PAGE).text


def test_a_visitor_is_led_to_the_sign_in(client):
    for answer in (client.get(PAGE), client.post(PAGE, FORM), client.post(DISTURB)):
        assert answer["Location"].startswith("/accounts/login/")


# Do not disturb.


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-26T15:00:00Z", "2026-11-27T01:30:00Z"),  # 20:30 in Kolkata
        ("2026-11-26T18:45:00Z", "2026-11-27T01:30:00Z"),  # a quarter past midnight
        ("2026-11-26T22:31:00Z", "2026-11-28T01:30:00Z"),  # 04:01: the morning has come
    ],
)
def test_tomorrow_morning_is_that_of_the_persons_clock(asha, monkeypatch, now, morning):
    asha.time_zone = "Asia/Kolkata"
    monkeypatch.setattr(forms.timezone, "now", lambda: datetime.fromisoformat(now))
    assert forms.end_of("morning", asha) == datetime.fromisoformat(morning)


def test_do_not_disturb_is_turned_on_and_off(browser_client, asha):
    client = browser_client(asha)
    page = client.post(DISTURB, {"lasts": "hour"}, follow=True).text
    assert "No sound, push or SMS until <strong>" in " ".join(page.split())
    assert "Do not disturb is on." in page
    left = of(asha).undisturbed_until - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    page = client.post(DISTURB, {"lasts": "ever"}, follow=True).text
    assert "No sound, push or SMS until you turn it off." in page
    assert of(asha).undisturbed_until == FOREVER
    page = client.post(DISTURB, {"lasts": "off"}, follow=True).text
    assert "Everything waits for you here." in page
    assert "Do not disturb is off." in page
    assert not of(asha).is_undisturbed


def test_it_shows_at_the_bell_and_ends_in_the_centre(browser_client, asha):
    client = browser_client(asha)
    silent = 'aria-label="Notifications, without a sound for now"'
    assert silent not in client.get("/me/").text
    assert client.post(DISTURB, {"lasts": "hour"})["Location"] == f"{PAGE}#undisturbed"
    assert silent in client.get("/me/").text
    page = " ".join(client.get("/notifications/").text.split())
    assert "Do not disturb is on" in page
    assert "No sound, push or SMS until <time" in page
    answer = client.post(DISTURB, {"lasts": "off", "from_centre": "1"})
    assert answer["Location"] == "/notifications/"
    assert "Do not disturb is on" not in client.get("/notifications/").text


def test_quiet_hours_show_at_the_bell_while_they_last(browser_client, asha, time_machine):
    silent = "Notifications, without a sound for now"
    with Preferences.changing(asha) as own:
        own.keep_quiet(time(22), time(7))
    for hour, is_quiet in (("12:00", False), ("23:30", True)):
        time_machine.move_to(f"2026-11-24T{hour}:00+00:00", tick=False)
        assert (silent in browser_client(asha).get("/me/").text) is is_quiet


@pytest.mark.parametrize("sent", [{}, {"lasts": "9999"}, {"lasts": "a\0b"}])
def test_a_time_that_makes_no_sense_is_refused_in_words(browser_client, asha, sent):
    answer = browser_client(asha).post(DISTURB, sent, follow=True)
    assert "Choose for how long" in answer.text
    assert not Preferences.objects.exists()


# The API.


def test_a_program_reads_the_whole_of_it(api, asha):
    told = api(as_=asha).get(API).json()
    assert told["matrix"]["message"] == {"push": True, "email": True, "sms": False}
    assert told["matrix"]["security"]["email"] is True
    assert [each["name"] for each in told["kinds"]] == list(told["matrix"])
    assert [each["name"] for each in told["transports"]] == ["push", "email", "sms"]
    assert told["do_not_disturb"] == {"is_on": False, "until": None}
    assert told["sounds"] == {"message": "chime", "call": "chime"}
    assert told["quiet_hours"] == {
        "is_on": False, "start": None, "end": None, "lets_urgent_through": True,
        "time_zone": asha.time_zone,
    }  # fmt: skip
    assert not Preferences.objects.exists()


def test_a_program_changes_what_it_sends_and_nothing_else(api, asha):
    client = api(as_=asha)
    client.patch(API, {"matrix": {"message": {"sms": True}}, "sounds": {"call": "soft"}})
    answer = client.patch(API, {"matrix": {"message": {"email": False}}, "sounds": {"message": ""}})
    assert answer.status_code == 200
    told = client.get(API).json()
    assert told == answer.json()
    assert told["matrix"]["message"] == {"push": True, "email": False, "sms": True}
    assert told["sounds"] == {"message": "", "call": "soft"}


def test_a_program_sets_quiet_hours_and_turns_them_off(api, asha):
    client = api(as_=asha)
    hours = {"start": "22:00", "end": "07:00", "lets_urgent_through": False}
    told = client.patch(API, {"quiet_hours": hours}).json()["quiet_hours"]
    assert (told["start"], told["end"], told["lets_urgent_through"]) == (
        "22:00:00",
        "07:00:00",
        False,
    )
    told = client.patch(API, {"quiet_hours": {"end": "08:00"}}).json()["quiet_hours"]
    assert (told["start"], told["end"]) == ("22:00:00", "08:00:00")
    told = client.patch(API, {"quiet_hours": {"is_on": False}}).json()["quiet_hours"]
    assert (told["is_on"], told["start"], told["end"]) == (False, "22:00:00", "08:00:00")
    told = client.patch(API, {"quiet_hours": {"is_on": True}}).json()["quiet_hours"]
    assert (told["is_on"], told["start"], told["end"]) == (True, "22:00:00", "08:00:00")
    told = client.patch(API, {"quiet_hours": {"start": None, "end": None}}).json()["quiet_hours"]
    assert (told["is_on"], told["start"], told["end"]) == (False, None, None)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"start": None, "end": "07:00"}, "Say when the quiet hours begin."),
        ({"start": "22:00", "end": None}, "Say when the quiet hours end."),
        ({"start": None, "end": None}, "Say when the quiet hours begin and when they end."),
        ({"start": "07:00", "end": "07:00"}, "They begin and end at the same time."),
    ],
)
def test_what_is_missing_is_said(api, asha, hours, words):
    answer = api(as_=asha).patch(API, {"quiet_hours": hours | {"is_on": True}})
    assert answer.status_code == 422
    assert words in answer.json()["errors"][0]["detail"]


def test_a_program_asks_not_to_be_disturbed(api, asha):
    client = api(as_=asha)
    end = (timezone.now() + timedelta(hours=2)).astimezone(UTC)
    told = client.patch(API, {"do_not_disturb": {"is_on": True, "until": end.isoformat()}}).json()
    assert datetime.fromisoformat(told["do_not_disturb"]["until"]) == end
    told = client.patch(API, {"do_not_disturb": {"is_on": True}}).json()
    assert told["do_not_disturb"] == {"is_on": True, "until": None}
    told = client.patch(API, {"do_not_disturb": {"is_on": False}}).json()
    assert told["do_not_disturb"] == {"is_on": False, "until": None}


@pytest.mark.parametrize(
    ("sent", "status", "attr"),
    [
        ({"matrix": {"gossip": {"push": True}}}, 400, "matrix"),
        ({"matrix": {"message": {"pigeon": True}}}, 400, "matrix"),
        ({"matrix": {"message": {"push": "perhaps"}}}, 400, "matrix.message.push"),
        ({"matrix": {"message": True}}, 400, "matrix.message"),
        ({"matrix": []}, 400, "matrix"),
        ({"matrix": {"security": {"email": False}}}, 422, None),
        ({"quiet_hours": {"start": "22:00", "end": "22:00"}}, 422, None),
        ({"quiet_hours": {"start": "22:00"}}, 422, None),
        ({"quiet_hours": {"start": "25:00"}}, 400, "quiet_hours.start"),
        ({"quiet_hours": None}, 400, "quiet_hours"),
        ({"do_not_disturb": {}}, 400, "do_not_disturb.is_on"),
        ({"do_not_disturb": {"is_on": True, "until": "2020-01-01T00:00:00Z"}}, 422, None),
        ({"do_not_disturb": {"is_on": True, "until": "2999-01-01T00:00:00Z"}}, 422, None),
        (
            {"do_not_disturb": {"is_on": False, "until": "2999-01-01T00:00:00Z"}},
            400,
            "do_not_disturb.until",
        ),
        ({"sounds": {"message": "drums"}}, 400, "sounds.message"),
        ({"sounds": {"drums": "chime"}}, 400, "sounds"),
        ({"sounds": {"waiting": "chime"}}, 400, "sounds"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_gets_a_problem_and_nothing_is_kept(api, asha, sent, status, attr):
    good = {"matrix": {"message": {"sms": True}}, "sounds": {"call": "soft"}}
    answer = api(as_=asha).patch(API, good | sent)
    assert answer.status_code == status, answer.json()
    [problem] = answer.json()["errors"]
    assert (problem["attr"], bool(problem["detail"])) == (attr, True)
    assert not Preferences.objects.exists()


def test_nobody_reads_or_changes_those_of_others(api, asha, stranger):
    api(as_=asha).patch(API, {"matrix": {"message": {"sms": True}}})
    assert not api(as_=stranger).get(API).json()["matrix"]["message"]["sms"]
    api(as_=stranger).patch(API, {"matrix": {"message": {"sms": False}}})
    assert of(asha).allows(MESSAGE, SMS)
    assert api().get(API).status_code == 401
    assert api().patch(API, {}).status_code == 401

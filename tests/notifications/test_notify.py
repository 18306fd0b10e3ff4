"""One unread notification for each thing and person, and counts as the database has them."""

import pytest
from django.db import IntegrityError, transaction

from notifications.badges import badges
from notifications.events import BadgeChanged, NotificationPosted
from notifications.models import Notification, clear, notify
from tests.sockets import in_thread, open_socket


class Thing:
    """Anything that has a page."""

    def get_absolute_url(self):
        return "/messages/1/"


def tell(people, key="conversation:1", sender="Dr Rao", **more):
    notify(people, "message", about=Thing(), key=key, context={"sender": sender}, **more)


@pytest.mark.django_db
class TestRows:
    """What is stored."""

    def test_a_second_event_renews_the_unread_notification(self, asha):
        tell(asha, sender="Dr Rao")
        tell(asha, sender="Meera")
        [only] = Notification.objects.for_user(asha)
        assert only.title == "Meera"
        assert only.updated_at >= only.created_at

    def test_after_reading_the_next_event_makes_a_new_one(self, asha):
        tell(asha)
        clear(asha, "conversation:1")
        tell(asha)
        assert Notification.objects.for_user(asha).count() == 2
        assert badges(asha)["unread_notifications"] == 1

    def test_two_unread_ones_for_the_same_thing_cannot_exist(self, asha):
        tell(asha)
        [one] = Notification.objects.all()
        one.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save(force_insert=True)

    def test_other_things_and_other_people_are_not_cleared(self, asha, dr_rao):
        tell([asha, dr_rao])
        tell(asha, key="conversation:2")
        clear(asha, "conversation:1")
        assert badges(asha)["unread_notifications"] == 1
        assert badges(dr_rao)["unread_notifications"] == 1

    def test_a_name_is_told_as_it_is_and_not_as_markup(self, asha):
        tell(asha, sender="<b>Rao</b> & Söhne")
        assert Notification.objects.get().title == "<b>Rao</b> & Söhne"

    def test_a_rolled_back_event_tells_nobody(self, asha):
        with transaction.atomic():
            tell(asha)
            transaction.set_rollback(True)
        assert not Notification.objects.exists()

    def test_telling_many_costs_as_many_queries_as_telling_one(
        self, asha, dr_rao, meera, stranger, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(2):
            tell([asha, dr_rao, meera, stranger])


@pytest.mark.django_db(transaction=True)
class TestLive:
    """What open pages hear."""

    async def test_an_open_page_is_told_and_gets_its_badge(self, asha):
        async with open_socket("/ws/me/", as_=asha) as socket:
            await in_thread(tell, asha)
            assert (await socket.receives(NotificationPosted)).title == "Dr Rao"
            assert (await socket.receives(BadgeChanged)).unread_notifications == 1
            await in_thread(clear, asha, "conversation:1")
            assert (await socket.receives(BadgeChanged)).unread_notifications == 0

    async def test_nobody_else_is_told(self, asha, stranger):
        async with open_socket("/ws/me/", as_=stranger) as socket:
            await in_thread(tell, asha)
            await in_thread(tell, stranger, sender="Meera")
            assert (await socket.receives(NotificationPosted)).title == "Meera"
            await socket.receives_nothing(NotificationPosted)

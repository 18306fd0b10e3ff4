"""Notifications for third parties and for our own pages."""

from typing import Any, cast

import django_filters
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from notifications import kinds
from notifications.badges import badges
from notifications.models import Delivery, Notification, NotificationQuerySet
from notifications.preferences_api import PreferencesView
from notifications.topics import kinds_of, topics


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """A notification in the reader's language."""

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "text", "url", "urgent", "silent", "sound"]
        fields += ["updated_at", "read_at"]
        read_only_fields = fields

    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    sound = serializers.CharField(read_only=True, help_text="Its name, empty for none.")


class BadgesSerializer(serializers.Serializer[Any]):
    """The counts of the bell and of the navigation."""

    unread_notifications = serializers.IntegerField()
    unread_messages = serializers.IntegerField()
    unread_answers = serializers.IntegerField(help_text="In one's own tickets.")
    missed_calls = serializers.IntegerField()


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """How one was told of a notification outside the application, or why not."""

    class Meta:
        model = Delivery
        fields = ["transport", "kind", "state", "reason", "attempts", "due_at", "created_at"]
        fields += ["ended_at"]
        read_only_fields = fields

    kind = serializers.CharField(read_only=True)


class NotificationFilter(django_filters.FilterSet):
    """`?kind=`, `?topic=` and `?unread=true`."""

    kind = django_filters.ChoiceFilter(choices=kinds.choices)
    topic = django_filters.ChoiceFilter(choices=topics, method="of_topic")
    unread = django_filters.BooleanFilter("read_at", lookup_expr="isnull")

    @extend_schema_field(str)
    def of_topic(self, chosen: NotificationQuerySet, name: str, topic: str) -> NotificationQuerySet:
        """Those of the kinds that stand under a topic of the centre."""
        return chosen.filter(kind__in=kinds_of(topic))


class NotificationViewSet(viewsets.ReadOnlyModelViewSet[Notification]):
    """One's own notifications."""

    queryset = Notification.objects.none()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    ordering = ("-updated_at", "-id")

    def get_queryset(self) -> NotificationQuerySet:
        """Only the caller's."""
        return Notification.objects.for_user(cast(User, self.request.user)).select_related(
            "recipient"
        )

    def _read(self, chosen: NotificationQuerySet) -> Response:
        chosen.mark_read()
        return self._counts()

    def _counts(self) -> Response:
        return Response(badges(cast(User, self.request.user)))

    @extend_schema(request=None, responses=BadgesSerializer)
    @action(detail=True, methods=["post"])
    def reading(self, request: Request, pk: str) -> Response:
        """Marks one as read; answers with the badges."""
        return self._read(self.get_queryset().filter(pk=self.get_object().pk))

    @extend_schema(
        operation_id="notifications_reading_all", request=None, responses=BadgesSerializer
    )
    @action(detail=False, methods=["post"], url_path="reading")
    def reading_all(self, request: Request) -> Response:
        """Marks all as read; answers with the badges."""
        return self._read(self.get_queryset())

    @extend_schema(operation_id="notifications_deliveries", responses=DeliverySerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def deliveries(self, request: Request, pk: str) -> Response:
        """By which transports it was told, and why not by others; newest first."""
        return Response(DeliverySerializer(self.get_object().deliveries.all(), many=True).data)

    @extend_schema(responses=BadgesSerializer)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def badges(self, request: Request) -> Response:
        """The counts as the database has them."""
        return self._counts()


ROUTES = [("notifications", NotificationViewSet, "notification")]
urlpatterns: list[Any] = [
    path("notifications/preferences/", PreferencesView.as_view(), name="notification-preferences")
]

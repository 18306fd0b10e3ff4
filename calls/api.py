"""Calls for third parties and for our own pages."""

from functools import partial
from typing import Any, cast

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PersonSerializer
from accounts.models import User
from calls import calling
from calls.models import Call, EndReason, Kind
from calls.models.states import CHOSEN
from calls.telling import ring
from telemed import verbs
from telemed.wire import builtins


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call as its people see it."""

    started_by = serializers.UUIDField(source="started_by.public_id", read_only=True)
    people = PersonSerializer(many=True, read_only=True)
    waiting = serializers.BooleanField(
        read_only=True, help_text="It rings while the other is in another call."
    )
    duration = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Seconds; null when nobody spoke."
    )
    end_reason = serializers.ChoiceField(
        choices=EndReason.choices, read_only=True, allow_blank=True
    )

    class Meta:
        model = Call
        fields = [
            "id",
            "conversation",
            "kind",
            "status",
            "end_reason",
            "started_by",
            "people",
            "relay_only",
            "waiting",
            "created_at",
            "ring_expires_at",
            "alerted_at",
            "accepted_at",
            "connected_at",
            "ended_at",
            "duration",
        ]
        read_only_fields = fields


class NewCallSerializer(serializers.Serializer[Any]):
    """Whom to call, and how: either a conversation or a doctor is named."""

    conversation = serializers.UUIDField(required=False)
    doctor = serializers.SlugField(required=False, help_text="The slug of a doctor's profile.")
    kind = serializers.ChoiceField(choices=CHOSEN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if bool(attrs.get("conversation")) == bool(attrs.get("doctor")):
            raise serializers.ValidationError(_("Name either a conversation or a doctor."))
        return attrs


class CallerSerializer(serializers.Serializer[Any]):
    """Who calls; `role` is in words."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    initials = serializers.CharField()
    hue = serializers.IntegerField(min_value=1, max_value=8)
    photo = serializers.CharField(allow_null=True)
    role = serializers.CharField()


class RingingSerializer(serializers.Serializer[Any]):
    """A call that waits for an answer: what `calls.call_rang` carries on the socket."""

    id = serializers.UUIDField()
    conversation = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    caller = CallerSerializer()
    ring_expires_at = serializers.DateTimeField(allow_null=True, help_text="Null: never.")
    waiting = serializers.BooleanField()
    about = serializers.CharField(help_text="What the caller of an emergency has told.")
    page = serializers.CharField(help_text="Where to read on; empty unless an emergency.")


verb = partial(verbs.verb, serializer=CallSerializer)


@extend_schema_view(
    list=extend_schema(summary="One's calls, the newest first"),
    retrieve=extend_schema(summary="One call"),
)
class CallViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Call]):
    """One's own calls."""

    queryset = Call.objects.none()
    serializer_class = CallSerializer
    filterset_fields = ["kind", "status", "end_reason"]
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> Any:
        """Only the caller's, as they stand now."""
        Call.objects.settle()
        return Call.objects.for_user(self.request.user).with_people()

    @extend_schema(
        summary="Call someone", request=NewCallSerializer, responses={201: CallSerializer}
    )
    def create(self, request: Request) -> Response:
        """Rings; a call that already lives in the conversation is answered or returned."""
        asked = NewCallSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            begun = calling.call(cast(User, request.user), **asked.validated_data)
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        return Response(self.get_serializer(self.get_queryset().get(pk=begun.pk)).data, 201)

    @extend_schema(summary="What rings for me now", responses=RingingSerializer(many=True))
    @action(detail=False, pagination_class=None, filter_backends=[])
    def ringing(self, request: Request) -> Response:
        """Asked by a page when it loads, and after each reconnect."""
        me = cast(User, request.user)
        calls = self.get_queryset().ringing_for(me).select_related("started_by__doctor")
        return Response([builtins(ring(call, me)) for call in calls])

    acceptance = verb(Call.accept, name="acceptance", summary="Answer")
    refusal = verb(Call.decline, name="refusal", summary="Decline")
    cancellation = verb(Call.cancel, name="cancellation", summary="Give up calling")
    ending = verb(Call.leave, name="ending", summary="Hang up")
    alert = verb(Call.alert, name="alert", summary="A device of mine rings")


ROUTES = [("calls", CallViewSet, "call")]
urlpatterns: list[Any] = []

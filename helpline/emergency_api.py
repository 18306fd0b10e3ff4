"""Emergencies for third parties: the same verbs as the pages have."""

from contextlib import suppress
from functools import partial
from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PersonSerializer
from accounts.models import User
from helpline.emergency_forms import EmergencyForm, OutcomeForm
from helpline.models import Emergency, Outcome, Stage
from helpline.models.record import ANSWERS
from helpline.responders import ALERTS, STATES
from helpline.sight import Sight
from telemed import verbs


class ResponderSerializer(serializers.Serializer[Any]):
    """One person who was alerted or will be next, and what they do."""

    person = PersonSerializer()
    state = serializers.ChoiceField(choices=list(STATES))


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """What became of the person."""

    outcome = serializers.ChoiceField(choices=Outcome.Kind.choices, source="kind", required=False)
    words = serializers.CharField(required=False)
    by = PersonSerializer(read_only=True)

    class Meta:
        model = Outcome
        fields = ["outcome", "words", "by", "at"]
        read_only_fields = ["by", "at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two at least."""
        if not attrs:
            raise serializers.ValidationError(_("Choose what became of them, or write it."))
        return attrs


class EmergencySerializer(serializers.ModelSerializer[Emergency]):
    """How an emergency stands."""

    number = serializers.IntegerField(source="ticket.number", read_only=True)
    conversation = serializers.UUIDField(source="ticket.conversation_id", read_only=True)
    person = PersonSerializer(read_only=True)
    owner = PersonSerializer(
        read_only=True, allow_null=True, help_text="Who has it; null while nobody has answered."
    )
    stage = serializers.ChoiceField(choices=Stage.choices, read_only=True)
    responders = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField(
        help_text="For whoever had it at the end and for supervisors; null for all others."
    )
    accuracy = serializers.IntegerField(read_only=True, allow_null=True, help_text="In metres.")

    class Meta:
        model = Emergency
        fields = [
            "id",
            "number",
            "conversation",
            "call",
            "person",
            "owner",
            "place",
            "latitude",
            "longitude",
            "accuracy",
            "located_at",
            "call_back",
            "happening",
            "stage",
            "pressed_at",
            "next_at",
            "answered_at",
            "ended_at",
            "outcome",
            "responders",
        ]
        read_only_fields = fields

    @extend_schema_field(ResponderSerializer(many=True))
    def get_responders(self, emergency: Emergency) -> list[dict[str, Any]]:
        """Live: who knows, and what they do."""
        sight = Sight(emergency, self.context["request"].user)
        return list(ResponderSerializer(sight.responders, many=True).data)

    @extend_schema_field(OutcomeSerializer(allow_null=True))
    def get_outcome(self, emergency: Emergency) -> dict[str, Any] | None:
        """Written for colleagues."""
        sight = Sight(emergency, self.context["request"].user)
        seen = emergency.became if sight.may_tell_outcome else None
        return dict(OutcomeSerializer(seen).data) if seen else None


class ToldSerializer(serializers.Serializer[Any]):
    """All of it may be left out. What is not understood is named in the answer, and left out."""

    happening = serializers.CharField(required=False)
    place = serializers.CharField(required=False)
    call_back = serializers.CharField(required=False)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False, min_value=0, help_text="In metres.")


class PressSerializer(ToldSerializer):
    """A repetition carries the same `client_id`, and is answered with what the press made."""

    client_id = serializers.UUIDField(required=False)


class HeardSerializer(EmergencySerializer):
    """How it stands, and what of the request was left out."""

    not_understood = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(EmergencySerializer.Meta):
        fields = [*EmergencySerializer.Meta.fields, "not_understood"]
        read_only_fields = fields


def form_of(request: Request) -> EmergencyForm:
    """Whatever was sent: nothing of it keeps an alarm from being given."""
    return EmergencyForm(_sent(request))


def _sent(request: Request) -> dict[str, Any]:
    with suppress(ParseError):
        return request.data if isinstance(request.data, dict) else {}
    return {}


verb = partial(verbs.verb, serializer=EmergencySerializer)


@extend_schema_view(
    list=extend_schema(summary="Emergencies one may see, the newest first"),
    retrieve=extend_schema(summary="One emergency"),
)
class EmergencyViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Emergency]
):
    """One's own, those one was alerted to, and for supervisors all."""

    queryset = Emergency.objects.none()
    serializer_class = EmergencySerializer
    ordering = ("-pressed_at", "-id")

    def get_queryset(self) -> Any:
        """As they stand now."""
        Emergency.objects.settle()
        seen = Emergency.objects.for_user(self.request.user).at_hand()
        return seen.prefetch_related(ALERTS, ANSWERS) if self.action == "list" else seen

    def get_object(self) -> Emergency:
        """Reading one is on the record, and is seen by the others."""
        found: Emergency = super().get_object()
        found.note_opening(cast(User, self.request.user), self.request)
        return found

    @extend_schema(
        summary="Press the emergency button",
        request=PressSerializer,
        responses={201: HeardSerializer},
    )
    def create(self, request: Request) -> Response:
        """Never refused: everyone on duty is rung. The one that lives is returned if there is.

        So is the one that a press with this `client_id` has made, when it is over.
        """
        form = form_of(request)
        pressed = Emergency.objects.press(
            by=cast(User, request.user), client_id=form.client_id, **form.told
        )
        return self._heard(pressed, form, 201)

    @extend_schema(
        summary="Tell where, the number, what is happening",
        request=ToldSerializer,
        responses=HeardSerializer,
    )
    @action(detail=True, methods=["post"])
    def details(self, request: Request, pk: str) -> Response:
        """Everyone who was alerted sees it."""
        emergency, form = self.get_object(), form_of(request)
        emergency.tell(by=cast(User, request.user), **form.told)
        return self._heard(emergency, form, 200)

    @extend_schema(summary="A device of mine rings", request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def alert(self, request: Request, pk: str) -> Response:
        """On the record of what is asked of me; nobody has looked at it by that."""
        rings: Emergency = super().get_object()
        rings.note_ringing(cast(User, request.user))
        return Response(status=204)

    @extend_schema(
        summary="I am safe, or it is settled",
        request=OutcomeSerializer,
        responses=EmergencySerializer,
    )
    @action(detail=True, methods=["post"])
    def ending(self, request: Request, pk: str) -> Response:
        """With what became of the person, from whoever had it; nothing of that is required."""
        told = OutcomeForm(_sent(request)).told
        self.get_object().end(by=cast(User, request.user), **told)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Say what became of the person",
        request=OutcomeSerializer,
        responses=EmergencySerializer,
    )
    @action(detail=True, methods=["post"])
    def outcome(self, request: Request, pk: str) -> Response:
        """Once, when it is over: whoever had it at the end, or a supervisor."""
        emergency = self.get_object()
        told = OutcomeSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        words, kind = told.validated_data.get("words", ""), told.validated_data.get("kind", "")
        emergency.tell_outcome(kind, words, by=cast(User, request.user))
        return Response(self.get_serializer(self.get_object()).data)

    def _heard(self, emergency: Emergency, form: EmergencyForm, status: int) -> Response:
        found: Any = self.get_queryset().get(pk=emergency.pk)
        found.not_understood = form.not_understood
        return Response(HeardSerializer(found, context=self.get_serializer_context()).data, status)

    taking = verb(Emergency.take, name="taking", summary="Take it, in writing")
    refusal = verb(Emergency.decline, name="refusal", summary="I cannot; the others go on")
    ringing = verb(Emergency.ring_again, name="ringing", summary="Ring everyone again")


ROUTES = [("emergencies", EmergencyViewSet, "emergency")]
urlpatterns: list[Any] = []

"""Tickets for third parties."""

import uuid
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PersonSerializer
from accounts.models import User
from calls.models import Call
from chat import posting
from chat.api import MessageSerializer, NewMessageSerializer
from chat.models import Conversation
from chat.wording import check_message
from helpline import asking
from helpline.models import Category, Channel, Status, Ticket
from helpline.public_api import CategorySerializer
from helpline.refusals import NotYourTicket
from telemed.models import Refusal
from telemed.wire import builtins


class TicketSerializer(serializers.Serializer[Any]):
    """Where a ticket stands; what is written is in its conversation."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    requester = PersonSerializer()
    category = CategorySerializer()
    subject = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    priority = serializers.IntegerField(help_text="0 is an emergency, 4 can wait longest.")
    status = serializers.ChoiceField(choices=Status.choices)
    assignee = PersonSerializer(allow_null=True, help_text="By whom it is worked.")
    conversation = serializers.UUIDField(source="conversation_id")
    call = serializers.UUIDField(source="call_id", allow_null=True)
    opened_at = serializers.DateTimeField()
    moved_at = serializers.DateTimeField()
    first_responded_at = serializers.DateTimeField(allow_null=True)
    response_due_at = serializers.DateTimeField(allow_null=True)
    resolution_due_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)


class NewTicketSerializer(serializers.Serializer[Any]):
    """What is asked; a retry carries the same `client_id`."""

    client_id = serializers.UUIDField(required=False, default=uuid.uuid4)
    category = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Category.objects.none(),
        label="Slug of its category",
        help_text="One of `GET /api/v1/categories/`.",
        error_messages={"does_not_exist": _("There is no category “{value}” to ask in.")},
    )
    subject = serializers.CharField(max_length=120)
    body = serializers.CharField(trim_whitespace=False, help_text="At most 4,000 characters.")
    call = serializers.PrimaryKeyRelatedField(
        queryset=Call.objects.none(), required=False, allow_null=True, default=None
    )

    def get_fields(self) -> dict[str, Any]:
        """Only categories that are offered, and only one's own calls."""
        fields: dict[str, Any] = super().get_fields()
        fields["category"].queryset = Category.objects.offered()
        if request := self.context.get("request"):
            fields["call"].queryset = Call.objects.for_user(request.user)
        return fields

    def validate_subject(self, subject: str) -> str:
        """On one line."""
        return " ".join(subject.split())

    def validate_body(self, body: str) -> str:
        """As the first message of a conversation."""
        try:
            check_message(body)
        except Refusal as refusal:
            raise serializers.ValidationError(str(refusal.detail), refusal.code) from None
        return body


class ResolutionSerializer(serializers.Serializer[Any]):
    """That it is solved."""

    anyway = serializers.BooleanField(default=False, help_text="Over an unanswered question too.")


class ReopeningSerializer(serializers.Serializer[Any]):
    """What is still wrong: a message of the conversation, or a supervisor's note for colleagues."""

    body = serializers.CharField(max_length=1000)


class NewRatingSerializer(serializers.Serializer[Any]):
    """How it was: 1 is very bad, 5 is very good."""

    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


@extend_schema_view(
    list=extend_schema(summary="One's tickets, and at the desk those of one's queues"),
    retrieve=extend_schema(summary="One ticket"),
)
class TicketViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Ticket]
):
    """What one has asked, and whatever one works."""

    queryset = Ticket.objects.none()
    serializer_class = TicketSerializer
    filterset_fields = ["status", "channel", "number"]
    ordering = ("-opened_at", "-id")

    @property
    def me(self) -> User:
        """`SignedIn` has let nobody else through."""
        return cast(User, self.request.user)

    def get_queryset(self) -> Any:
        """Only those of the caller."""
        return Ticket.objects.for_user(self.request.user).at_hand()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        ticket = asking.settled(self.get_object())
        ticket.note_opening(self.me, request)
        return self._answer(ticket)

    @extend_schema(
        summary="Ask something", request=NewTicketSerializer, responses={201: TicketSerializer}
    )
    def create(self, request: Request) -> Response:
        """A retry is answered with the first result; too many in a minute are refused."""
        asked = NewTicketSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        return self._answer(asking.write(self.me, **asked.validated_data), status=201)

    @extend_schema(
        summary="Write into its conversation",
        request=NewMessageSerializer,
        responses={201: MessageSerializer},
    )
    @action(detail=True, methods=["post"])
    def replies(self, request: Request, pk: str) -> Response:
        """As posting into the conversation; who works it at the desk takes it first."""
        posting.check_pace(self.me)
        ticket = self.get_object()
        written = NewMessageSerializer(data=request.data)
        written.is_valid(raise_exception=True)
        try:
            message = posting.post(
                author=self.me, conversation_id=ticket.conversation_id, **written.validated_data
            )
        except Conversation.DoesNotExist:
            raise NotYourTicket from None
        return Response(builtins(message), status=201)

    @extend_schema(summary="Take it from the queue", request=None, responses=TicketSerializer)
    @action(detail=True, methods=["post"])
    def assignment(self, request: Request, pk: str) -> Response:
        """By an agent of its category; of several the first wins."""
        ticket = self.get_object()
        ticket.claim(self.me)
        return self._answer(ticket)

    @extend_schema(summary="It is solved", request=ResolutionSerializer, responses=TicketSerializer)
    @action(detail=True, methods=["post"])
    def resolution(self, request: Request, pk: str) -> Response:
        """By the one who asked, or by whoever has it, who is warned of an unanswered question."""
        ticket, wish = self.get_object(), ResolutionSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        ticket.resolve(by=self.me, **wish.validated_data)
        return self._answer(ticket)

    @extend_schema(summary="Open it again", request=ReopeningSerializer, responses=TicketSerializer)
    @action(detail=True, methods=["post"])
    def reopening(self, request: Request, pk: str) -> Response:
        """By the one who asked, or by a supervisor; what is still wrong is for who takes it."""
        ticket, why = self.get_object(), ReopeningSerializer(data=request.data)
        why.is_valid(raise_exception=True)
        asking.again(ticket, why.validated_data["body"], by=self.me)
        return self._answer(ticket)

    @extend_schema(summary="Rate it", request=NewRatingSerializer, responses=TicketSerializer)
    @action(detail=True, methods=["post"])
    def rating(self, request: Request, pk: str) -> Response:
        """Once for each time it was resolved, by the one who asked."""
        ticket = self.get_object()
        rated = NewRatingSerializer(data=request.data)
        rated.is_valid(raise_exception=True)
        ticket.rate(**rated.validated_data, by=self.me)
        return self._answer(ticket)

    def _answer(self, ticket: Ticket, status: int = 200) -> Response:
        return Response(TicketSerializer(ticket).data, status=status)


ROUTES = [("tickets", TicketViewSet, "ticket")]
urlpatterns: list[Any] = []

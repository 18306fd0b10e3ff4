"""Conversations and messages for third parties and for our own pages."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Doctor, User
from chat import posting
from chat.member_api import HIGHEST, MemberActions
from chat.models import Conversation, Member, Message
from telemed.api import number
from telemed.wire import builtins

LIMIT, MOST = 50, 200


class AuthorSerializer(serializers.Serializer[Any]):
    """Who wrote a message."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    initials = serializers.CharField()
    hue = serializers.IntegerField(min_value=1, max_value=8)
    photo = serializers.CharField(allow_null=True)


class CallNoteSerializer(serializers.Serializer[Any]):
    """A call as its conversation remembers it; `duration` is in seconds, `began_at` its start."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    end_reason = serializers.CharField()
    duration = serializers.IntegerField(allow_null=True)
    started_by = serializers.UUIDField()
    began_at = serializers.DateTimeField()


class MessageSerializer(serializers.Serializer[Any]):
    """A message, field by field what `chat.message_posted` carries on the socket."""

    id = serializers.UUIDField()
    conversation = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Its place in the conversation.")
    changed_seq = serializers.IntegerField(help_text="The number of its last change.")
    author = AuthorSerializer()
    client_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    body = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    call = CallNoteSerializer(allow_null=True)


class MessagesSerializer(serializers.Serializer[Any]):
    """A page of messages, and where the conversation stands."""

    results = MessageSerializer(many=True)
    head = serializers.IntegerField(help_text="The number of the conversation's last change.")
    epoch = serializers.UUIDField(help_text="Another one means: forget what you have and reload.")
    has_more = serializers.BooleanField()


class MemberSerializer(serializers.Serializer[Any]):
    """Someone in a conversation, and how far they have got."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    initials = serializers.CharField()
    hue = serializers.IntegerField(min_value=1, max_value=8)
    photo = serializers.CharField(allow_null=True)
    role = serializers.CharField()
    online = serializers.BooleanField()
    delivered_seq = serializers.IntegerField()
    read_seq = serializers.IntegerField()


class ConversationSerializer(serializers.Serializer[Any]):
    """A conversation as one of its members sees it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Conversation.Kind.choices)
    title = serializers.CharField()
    epoch = serializers.UUIDField()
    last_seq = serializers.IntegerField()
    touched_at = serializers.DateTimeField()
    unread = serializers.IntegerField()
    draft = serializers.CharField()
    is_muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(
        source="mute_ends_at",
        allow_null=True,
        help_text="None while it is muted: until that is ended.",
    )
    members = MemberSerializer(many=True, source="cards")


class NewConversationSerializer(serializers.Serializer[Any]):
    """With whom."""

    doctor = serializers.SlugRelatedField(slug_field="slug", queryset=Doctor.objects.none())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Only doctors of the directory can be found."""
        fields = super().get_fields()
        fields["doctor"].queryset = Doctor.objects.listed()  # type: ignore[attr-defined]
        return fields


class NewMessageSerializer(serializers.Serializer[Any]):
    """What is written; a retry carries the same `client_id`."""

    client_id = serializers.UUIDField()
    body = serializers.CharField(trim_whitespace=False, help_text="At most 4,000 characters.")


PAGE = [
    OpenApiParameter("before", int, description="The newest messages below this number."),
    OpenApiParameter("since", int, description="What has changed after this change, in order."),
    OpenApiParameter("limit", int, description=f"1 to {MOST}, {LIMIT} if not given."),
]


@extend_schema_view(
    list=extend_schema(summary="One's conversations, the last touched first"),
    retrieve=extend_schema(summary="One conversation"),
)
class ConversationViewSet(
    MemberActions,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Conversation],
):
    """One's own conversations."""

    queryset = Conversation.objects.none()
    serializer_class = ConversationSerializer
    ordering = ("-touched_at", "-id")

    @property
    def me(self) -> User:
        """`SignedIn` has let nobody else through."""
        return cast(User, self.request.user)

    def get_queryset(self) -> Any:
        """Only the caller's."""
        return Conversation.objects.for_user(self.request.user).in_list_of(self.me)

    def handle_exception(self, exc: Exception) -> Response:
        """Who is taken out while they write finds nothing more."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)

    def _member(self, pk: UUID) -> Member:
        mine = Conversation.objects.for_user(self.request.user)
        return get_object_or_404(mine, pk=pk).member(self.me)

    @extend_schema(
        summary="Begin a conversation, or find it",
        request=NewConversationSerializer,
        responses={200: ConversationSerializer},
    )
    def create(self, request: Request) -> Response:
        """A patient with a doctor who accepts patients, or whoever already shares one."""
        asked = NewConversationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        other = asked.validated_data["doctor"].user
        conversation = Conversation.objects.direct(self.me, other)
        return self._answer(self.get_queryset().get(pk=conversation.pk))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    def _answer(self, shown: Conversation) -> Response:
        shown.note_opening(self.me, self.request)
        return Response(ConversationSerializer(shown).data)

    @extend_schema(
        summary="A page of history (`before`), or what was missed (`since`)",
        parameters=PAGE,
        responses=MessagesSerializer,
    )
    @action(detail=True, pagination_class=None)
    def messages(self, request: Request, pk: UUID) -> Response:
        """The page is oldest first; `has_more` tells of older ones, or of newer changes."""
        mine = Conversation.objects.for_user(self.me).with_members()
        conversation = get_object_or_404(mine, pk=pk)
        conversation.note_opening(self.me, request)
        limit = number(request, "limit", LIMIT, 1, MOST)
        if "since" in request.query_params:
            since = number(request, "since", 0, 0, HIGHEST)
            found, has_more = conversation.messages.since(since, limit=limit)
        else:
            before = number(request, "before", HIGHEST, 0, HIGHEST)
            found, has_more = conversation.messages.page(before=before, limit=limit)
        return Response(
            {
                "results": [builtins(message.as_event()) for message in found],
                "head": conversation.last_seq,
                "epoch": conversation.epoch,
                "has_more": has_more,
            }
        )

    @extend_schema(
        summary="Post a message", request=NewMessageSerializer, responses={201: MessageSerializer}
    )
    @messages.mapping.post
    def write(self, request: Request, pk: UUID) -> Response:
        """Answered when the message is on disk; a retry is answered with the first result."""
        posting.check_pace(self.me)
        written = NewMessageSerializer(data=request.data)
        written.is_valid(raise_exception=True)
        conversation = self._member(pk).conversation
        message = posting.post(
            author=self.me, conversation_id=conversation.pk, **written.validated_data
        )
        return Response(builtins(message), status=201)


ROUTES = [("conversations", ConversationViewSet, "conversation")]
urlpatterns: list[Any] = []

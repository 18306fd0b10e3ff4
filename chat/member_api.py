"""What members say of themselves over the API: how far they have got, and that it be quiet."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Member
from notifications.models.silence import LONGEST, told

HIGHEST = 2**63 - 1


class WatermarkSerializer(serializers.Serializer[Any]):
    """Everything up to this number."""

    seq = serializers.IntegerField(min_value=0, max_value=HIGHEST)


class MuteSerializer(serializers.Serializer[Any]):
    """For how long: `seconds`, or `until` a moment; with neither until it is ended."""

    seconds = serializers.IntegerField(
        min_value=1, max_value=int(LONGEST.total_seconds()), required=False
    )
    until = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) > 1:
            raise serializers.ValidationError(_("Say either `seconds` or `until`, not both."))
        return attrs

    @property
    def end(self) -> datetime | None:
        """The moment that was asked for."""
        if seconds := self.validated_data.get("seconds"):
            return timezone.now() + timedelta(seconds=seconds)
        until: datetime | None = self.validated_data.get("until")
        return until


class MutingSerializer(serializers.Serializer[Any]):
    """Whether a conversation is muted; without an end until it is ended."""

    is_muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(allow_null=True)


class MemberActions:
    """One's own place in a conversation."""

    if TYPE_CHECKING:

        def _member(self, pk: UUID) -> Member: ...

    @extend_schema(
        summary="I have read up to here", request=WatermarkSerializer, responses={204: None}
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def reading(self, request: Request, pk: UUID) -> Response:
        """Watermarks only rise; a lower number changes nothing."""
        self._member(pk).mark_read(watermark(request))
        return Response(status=204)

    @extend_schema(
        summary="My device has everything up to here",
        request=WatermarkSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def receipt(self, request: Request, pk: UUID) -> Response:
        """Watermarks only rise; a lower number changes nothing."""
        self._member(pk).mark_delivered(watermark(request))
        return Response(status=204)

    @extend_schema(
        summary="Mute it for me", request=MuteSerializer, responses={200: MutingSerializer}
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def mute(self, request: Request, pk: UUID) -> Response:
        """No sound, no toast, no push, e-mail or SMS about it; a call still rings."""
        member = self._member(pk)
        asked = MuteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        member.mute(asked.end)
        return muting_of(member)

    @extend_schema(summary="Unmute it", responses={200: MutingSerializer})
    @mute.mapping.delete
    def unmute(self, request: Request, pk: UUID) -> Response:
        """From now on one is told as before."""
        member = self._member(pk)
        member.unmute()
        return muting_of(member)


def watermark(request: Request) -> int:
    """The number that a member reports."""
    asked = WatermarkSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    seq: int = asked.validated_data["seq"]
    return seq


def muting_of(member: Member) -> Response:
    """How it stands now."""
    muting = {"is_muted": member.is_muted, "muted_until": told(member.muted_until)}
    return Response(MutingSerializer(muting).data)

"""The devices that a person is pushed to."""

import base64
import binascii
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.user_agents import name_of
from notifications import browsers
from notifications.models import PushSubscription
from notifications.models.push_subscription import PushSubscriptionQuerySet
from telemed.limits import TooFast, allowances

SECRET_BYTES = 16
# A browser registers when push is turned on, and now and then when its service moves it.
PACE = (0.2, 20)


class TooManyRegistrations(TooFast):
    """More than a person has devices."""

    retry_after = 5


def decoded(text: str) -> bytes:
    """Base64 as browsers write it; empty when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def validate_point(text: str) -> None:
    """Refuses what nothing could be encrypted for."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(text))
    except ValueError:
        raise serializers.ValidationError(_("This is not a public key of P-256.")) from None


def validate_secret(text: str) -> None:
    """Refuses what is not as long as RFC 8291 has it."""
    if len(decoded(text)) != SECRET_BYTES:
        raise serializers.ValidationError(_("This is not a secret of 16 bytes."))


class PushKeysSerializer(serializers.Serializer[Any]):
    """What a push is encrypted with."""

    p256dh = serializers.CharField(max_length=120, validators=[validate_point])
    auth = serializers.CharField(max_length=40, validators=[validate_secret])


class NewPushSubscriptionSerializer(serializers.Serializer[Any]):
    """A `PushSubscription` as the browser writes it to JSON."""

    endpoint = serializers.CharField(
        max_length=1000, help_text="https, of a push service that this server pushes to."
    )
    keys = PushKeysSerializer()


class PushSubscriptionSerializer(serializers.ModelSerializer[PushSubscription]):
    """A device; its address and keys are told to nobody."""

    class Meta:
        model = PushSubscription
        fields = ["id", "device", "created_at", "used_at"]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="One's devices, the last registered first"),
    destroy=extend_schema(summary="Push to this device no more"),
)
class PushSubscriptionViewSet(
    mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[PushSubscription]
):
    """One's own devices."""

    queryset = PushSubscription.objects.none()
    serializer_class = PushSubscriptionSerializer
    ordering = ("-created_at", "-id")

    @property
    def me(self) -> User:
        """Whoever got past `SignedIn`."""
        return cast(User, self.request.user)

    def get_queryset(self) -> PushSubscriptionQuerySet:
        """Only the caller's."""
        return PushSubscription.objects.for_user(self.me)

    @extend_schema(
        summary="Push to this browser from now on",
        request=NewPushSubscriptionSerializer,
        responses={201: PushSubscriptionSerializer},
    )
    def create(self, request: Request) -> Response:
        """An endpoint that is known already is renewed, and moves to whoever is signed in."""
        if not allowances.of(self.me.pk).take("push_subscription", PACE):
            raise TooManyRegistrations
        asked = NewPushSubscriptionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        subscription = PushSubscription.objects.register(
            self.me,
            endpoint=asked.validated_data["endpoint"],
            device=name_of(request.headers.get("User-Agent", "")),
            **asked.validated_data["keys"],
        )
        if request.auth is None:  # by a session, and so by a browser
            browsers.remember(request, subscription)
        return Response(PushSubscriptionSerializer(subscription).data, status=201)


ROUTES = [("push-subscriptions", PushSubscriptionViewSet, "push-subscription")]
urlpatterns: list[Any] = []

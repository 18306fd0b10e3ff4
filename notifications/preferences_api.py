"""A person's preferences for third parties and for our own page."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from notifications.forms import kinds_for, sounds_for
from notifications.kinds import Transport, kinds
from notifications.models import Preferences
from notifications.reach import obstacle
from notifications.sounds import DEFAULT, SILENT, VARIANTS, variant

Matrix = dict[str, dict[str, bool]]


class KindSerializer(serializers.Serializer[Any]):
    """Something of which one is told; what is `fixed` cannot be turned off."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    hint = serializers.CharField()
    fixed = serializers.ListField(child=serializers.CharField())


class TransportSerializer(serializers.Serializer[Any]):
    """A way of being told; `obstacle` says why it reaches nobody now, empty when it does."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    obstacle = serializers.CharField(allow_blank=True)


class QuietHoursSerializer(serializers.Serializer[Any]):
    """Every day by the clock of `time_zone`; they may span midnight.

    Times that are sent turn them on, unless `is_on` says otherwise; they are kept while it is off.
    """

    is_on = serializers.BooleanField(source="has_quiet_hours")
    start = serializers.TimeField(source="quiet_from", allow_null=True)
    end = serializers.TimeField(source="quiet_to", allow_null=True)
    lets_urgent_through = serializers.BooleanField()
    time_zone = serializers.CharField(source="person.time_zone", read_only=True)


class DoNotDisturbSerializer(serializers.Serializer[Any]):
    """No sound at all for now, until then; without an end until it is turned off."""

    is_on = serializers.BooleanField(source="is_undisturbed")
    until = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "is_undisturbed" not in attrs:
            raise serializers.ValidationError({"is_on": _("Say whether it is to be on.")})
        if attrs.get("until") and not attrs["is_undisturbed"]:
            raise serializers.ValidationError({"until": _("What is off has no end.")})
        return attrs


class PreferencesSerializer(serializers.Serializer[Any]):
    """How one is told outside the application, and when there is to be quiet."""

    kinds = serializers.SerializerMethodField()
    transports = serializers.SerializerMethodField()
    matrix = serializers.DictField(
        child=serializers.DictField(child=serializers.BooleanField()),
        help_text="Of each kind, whether each transport is used.",
    )
    quiet_hours = QuietHoursSerializer(source="*")
    do_not_disturb = DoNotDisturbSerializer()
    sounds = serializers.DictField(
        child=serializers.ChoiceField([*VARIANTS.items(), (SILENT, _("No sound"))]),
        help_text="Of each sound its variant, empty for none.",
    )

    def to_representation(self, own: Preferences) -> dict[str, Any]:
        """The matrix and the sounds whole, not only where they differ from the defaults."""
        return {
            "kinds": self.get_kinds(own),
            "transports": self.get_transports(own),
            "matrix": {
                kind.name: {each.value: own.allows(kind, each) for each in Transport}
                for kind in kinds_for(own.person)
            },
            "quiet_hours": QuietHoursSerializer(own).data,
            "do_not_disturb": DoNotDisturbSerializer(
                {"is_undisturbed": own.is_undisturbed, "until": own.disturbs_again_at}
            ).data,
            "sounds": {
                name: variant(own.sounds.get(name, DEFAULT)) for name in sounds_for(own.person)
            },
        }

    @extend_schema_field(KindSerializer(many=True))
    def get_kinds(self, own: Preferences) -> Any:
        return [
            KindSerializer(
                {
                    "name": kind.name,
                    "label": kind.label,
                    "hint": kind.hint,
                    "fixed": sorted(kind.fixed),
                }
            ).data
            for kind in kinds_for(own.person)
        ]

    @extend_schema_field(TransportSerializer(many=True))
    def get_transports(self, own: Preferences) -> Any:
        return [
            TransportSerializer(
                {
                    "name": each.value,
                    "label": each.label,
                    "obstacle": found.words if (found := obstacle(each, own.person)) else "",
                }
            ).data
            for each in Transport
        ]

    def validate_matrix(self, matrix: Matrix) -> Matrix:
        known = {kind.name for kind in kinds_for(self.context["person"])}
        for name, transports in matrix.items():
            unknown = [name] if name not in known else set(transports) - set(Transport.values)
            if unknown:
                raise serializers.ValidationError(_("There is no such kind or transport."))
        return matrix

    def validate_sounds(self, sounds: dict[str, str]) -> dict[str, str]:
        if set(sounds) - set(sounds_for(self.context["person"])):
            raise serializers.ValidationError(_("There is no such sound."))
        return sounds

    def change(self, person: User) -> Preferences:
        """Does what was sent, all of it or nothing."""
        sent = self.validated_data
        with Preferences.changing(person) as own:
            for name, transports in sent.get("matrix", {}).items():
                for transport, is_on in transports.items():
                    own.choose(kinds[name], transport, is_on=is_on)
            if {"quiet_from", "quiet_to", "has_quiet_hours"} & set(sent):
                keep_quiet(own, sent)
            own.lets_urgent_through = sent.get("lets_urgent_through", own.lets_urgent_through)
            own.sounds |= sent.get("sounds", {})
            if (wish := sent.get("do_not_disturb")) is not None:
                disturb(own, **wish)
        return own


def keep_quiet(own: Preferences, sent: dict[str, Any]) -> None:
    """Quiet hours as far as they were sent."""
    ends = [sent.get(each, getattr(own, each)) for each in ("quiet_from", "quiet_to")]
    if ends == [None, None] and not sent.get("has_quiet_hours"):
        own.forget_quiet()
    else:
        own.keep_quiet(*ends, is_on=sent.get("has_quiet_hours", True))


def disturb(own: Preferences, *, is_undisturbed: bool, until: Any = None) -> None:
    """Do not disturb until then, or again."""
    if is_undisturbed:
        own.do_not_disturb(until)
    else:
        own.disturb_again()


class PreferencesView(APIView):
    """How the person who asks wants to be told."""

    @extend_schema(responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """One's preferences; the defaults of one's role where nothing was chosen."""
        person = cast(User, request.user)
        return Response(PreferencesSerializer(Preferences.own(person)).data)

    @extend_schema(request=PreferencesSerializer(partial=True), responses=PreferencesSerializer)
    def patch(self, request: Request) -> Response:
        """Changes what is sent: all of it, or nothing."""
        person = cast(User, request.user)
        sent = PreferencesSerializer(data=request.data, partial=True, context={"person": person})
        sent.is_valid(raise_exception=True)
        return Response(PreferencesSerializer(sent.change(person)).data)

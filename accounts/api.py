"""People over the API: oneself, the directory of doctors, and tokens."""

from typing import Any, cast

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from accounts import tokens, witness
from accounts.forms import DirectoryForm
from accounts.models import Doctor, Language, Patient, Specialty, User
from accounts.models.doctor import DoctorQuerySet
from accounts.models.user import validate_zone
from accounts.phones import check_phone
from accounts.witness import Act


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person as others see them."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="display_name", read_only=True)
    hue = serializers.IntegerField(read_only=True)
    initials = serializers.CharField(read_only=True)
    photo = serializers.CharField(source="photo_url", read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = ["id", "name", "role", "initials", "hue", "photo"]
        read_only_fields = fields


class DoctorSerializer(serializers.ModelSerializer[Doctor]):
    """A doctor as the public directory shows them."""

    id = serializers.UUIDField(source="user.public_id", read_only=True)
    name = serializers.CharField(source="user.display_name", read_only=True)
    initials = serializers.CharField(source="user.initials", read_only=True)
    hue = serializers.IntegerField(source="user.hue", read_only=True)
    photo = serializers.CharField(source="user.photo_url", read_only=True, allow_null=True)
    title = serializers.CharField(source="get_specialty_display", read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_available = serializers.BooleanField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Doctor
        fields = [
            *("id", "slug", "name", "initials", "hue", "photo", "url", "specialty", "title"),
            *("languages", "qualifications", "registration_number", "practising_since", "bio"),
            *("fee", "currency", "reply_hours", "accepts_patients", "is_available"),
        ]
        read_only_fields = fields


class OwnDoctorSerializer(serializers.ModelSerializer[Doctor]):
    """What a doctor decides about the public profile."""

    languages = serializers.ListField(child=serializers.ChoiceField(Language.choices))

    class Meta:
        model = Doctor
        fields = ["bio", "languages", "reply_hours", "accepts_patients", "shows_availability"]


class OwnPatientSerializer(serializers.ModelSerializer[Patient]):
    """What a patient tells for treatment and emergencies."""

    class Meta:
        model = Patient
        fields = [
            "date_of_birth",
            "sex",
            "address",
            "emergency_contact_name",
            "emergency_contact_phone",
        ]


class MeSerializer(serializers.ModelSerializer[User]):
    """Oneself. Only what is not read-only here can be changed, whatever else is sent."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    photo = serializers.CharField(source="photo_url", read_only=True, allow_null=True)
    hue = serializers.IntegerField(read_only=True)
    time_zone = serializers.CharField(validators=[validate_zone], max_length=64)
    phone = serializers.CharField(
        validators=[check_phone],
        max_length=32,
        allow_blank=True,
        required=False,
        help_text="With the code of the country: +91 98450 00101.",
    )
    doctor = OwnDoctorSerializer(required=False)
    patient = OwnPatientSerializer(required=False)

    class Meta:
        model = User
        fields = [
            *("id", "email", "role", "photo", "initials", "hue", "date_joined"),
            *("name", "phone", "time_zone", "language", "hides_network_address"),
            *("doctor", "patient"),
        ]
        read_only_fields = ["id", "email", "role", "photo", "initials", "hue", "date_joined"]

    def to_representation(self, instance: User) -> dict[str, Any]:
        """Shows the part that the person has; the other one is absent."""
        shown = super().to_representation(instance)
        return {
            name: value for name, value in shown.items() if value is not None or name == "photo"
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for part, model in (("doctor", Doctor), ("patient", Patient)):
            if part in attrs and not model.objects.filter(user=self.instance).exists():
                raise ValidationError({part: "Your account has no such part."})
        return attrs

    def update(self, user: User, changes: dict[str, Any]) -> User:
        parts = {name: changes.pop(name) for name in ("doctor", "patient") if name in changes}
        for name, value in changes.items():
            setattr(user, name, value)
        for part, fields in parts.items():
            for name, value in fields.items():
                setattr(getattr(user, part), name, value)
        edited = [(getattr(user, part), fields) for part, fields in parts.items()]
        user.edit(changes, by=user, parts=edited, request=self.context["request"])
        return user


def oneself(request: Request) -> User:
    """Whoever got past `SignedIn`."""
    return cast(User, request.user)


class Me(APIView):
    """The person who asks."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Oneself, with the doctor or the patient beside."""
        witness.tell(oneself(request), Act.OPENED, subject=oneself(request), request=request)
        return Response(MeSerializer(oneself(request)).data)

    @extend_schema(request=MeSerializer(partial=True), responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Changes what is sent of the fields that are one's own to change."""
        serializer = MeSerializer(
            oneself(request), data=request.data, partial=True, context={"request": request}
        )
        serializer.is_valid(raise_exception=True)
        return Response(MeSerializer(serializer.save()).data)


class DirectoryPages(LimitOffsetPagination):
    """The directory is short and sorted by name: pages by offset."""

    default_limit = 20
    max_limit = 100


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="Words of name, specialty or profile."),
        OpenApiParameter("specialty", str, enum=Specialty.values),
        OpenApiParameter("language", str, enum=Language.values),
        OpenApiParameter("available", bool, description="Only who is available now."),
    ]
)
class DoctorViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Doctor]
):
    """The public directory of doctors; needs no account."""

    serializer_class = DoctorSerializer
    pagination_class = DirectoryPages
    permission_classes = [AllowAny]
    throttle_classes = [AnonRateThrottle]
    filter_backends = []
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    queryset = Doctor.objects.none()

    def get_queryset(self) -> DoctorQuerySet:
        if self.action != "list":
            return Doctor.objects.listed()
        form = DirectoryForm(self.request.query_params)
        doctors = form.doctors()
        if form.errors:
            raise ValidationError(
                {name: [str(word) for word in words] for name, words in form.errors.items()}
            )
        return doctors


class Token(APIView):
    """Sign-in for programs."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes: list[type[BaseThrottle]] = [ScopedRateThrottle]
    throttle_scope = "token"
    serializer_class: type[serializers.Serializer[Any]] = tokens.TokenRequest

    def get_authenticate_header(self, request: Request) -> str:
        """A refusal is 401, although nothing is authenticated on the way in."""
        return 'Bearer realm="api"'

    @extend_schema(request=tokens.TokenRequest, responses=tokens.TokenRequest)
    def post(self, request: Request) -> Response:
        """E-mail and password (and a code, with an authenticator) for a pair of tokens."""
        serializer = self.serializer_class(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)


class TokenRefresh(Token):
    """Keeps a program signed in."""

    throttle_classes = [tokens.RenewalThrottle]
    serializer_class = tokens.TokenRenewal

    @extend_schema(request=tokens.TokenRenewal, responses=tokens.TokenRenewal)
    def post(self, request: Request) -> Response:
        """A refresh token, which works once, for a new pair."""
        return super().post(request)


ROUTES = [("doctors", DoctorViewSet, "doctor")]

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("token/", Token.as_view(), name="api-token"),
    path("token/refresh/", TokenRefresh.as_view(), name="api-token-refresh"),
]

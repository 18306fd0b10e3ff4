"""People in the admin: where doctors, agents and supervisors are made."""

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from rest_framework_simplejwt.token_blacklist.admin import (  # type: ignore[attr-defined]
    BlacklistedToken,
    OutstandingToken,
)

from accounts import witness
from accounts.models import Doctor, Language, Patient, PresenceLease, SignInAttempts, User
from accounts.witness import Act
from telemed.admin import ReadOnly
from telemed.models import Refusal

# The admin's own forms would pass by e-mail verification, second factor, the limit of sign-ins,
# and what follows a new password.
admin.site.login = require_safe(  # type: ignore[method-assign]
    secure_admin_login(admin.site.login)
)
admin.site.password_change = RedirectView.as_view(  # type: ignore[method-assign, assignment]
    pattern_name="account_change_password"
)


class Recorded(admin.ModelAdmin):
    """Opening and changing a person's page is on record."""

    def person_of(self, thing: Any) -> User:
        person: User = getattr(thing, "user", thing)
        return person

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        thing = self.get_object(request, object_id) if request.method == "GET" else None
        if thing is not None and response.status_code == 200:
            witness.tell(request.user, Act.OPENED, subject=self.person_of(thing), request=request)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            edited = {field.name for field in obj._meta.concrete_fields} & set(form.changed_data)
            obj.save(update_fields=edited)
        else:
            super().save_model(request, obj, form, change)
        act = Act.CHANGED if change else Act.CREATED
        witness.tell(request.user, act, subject=self.person_of(obj), request=request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """People are deactivated; their records must stay."""
        return False


class NewPersonForm(forms.ModelForm):
    """Someone whose address an administrator vouches for."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text=_("Leave empty: the person then signs in with a code by e-mail."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "phone", "time_zone", "language")


class DoctorForm(forms.ModelForm):
    """Languages as boxes instead of JSON."""

    languages = forms.MultipleChoiceField(
        choices=Language.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Doctor
        exclude: tuple[str, ...] = ()


class DoctorInline(admin.StackedInline):
    """The public profile."""

    model = Doctor
    form = DoctorForm
    extra = 0
    can_delete = False


class PatientInline(admin.StackedInline):
    """What helps in treatment and emergencies."""

    model = Patient
    extra = 0
    can_delete = False


@admin.register(User)
class UserAdmin(Recorded):
    """Everyone. Role and access change through the verbs, which end what is open."""

    list_display = ["name", "email", "role", "is_active", "last_login", "date_joined"]
    list_filter = ["role", "is_active", "is_superuser", "date_joined"]
    search_fields = ["name", "email", "phone"]
    ordering = ["name"]
    date_hierarchy = "date_joined"
    readonly_fields = ["public_id", "is_active", "is_staff", "last_login", "date_joined"]
    filter_horizontal = ["groups", "user_permissions"]
    actions = ["deactivate", "reactivate"]
    fieldsets = [
        (None, {"fields": ["email", "name", "role", "phone", "time_zone", "language"]}),
        (
            _("Access"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Facts"), {"fields": ["public_id", "last_login", "date_joined"]}),
    ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = kwargs.pop("form", self.form) if change else NewPersonForm
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        fields = ["email", "name", "role", "password", "phone", "time_zone", "language"]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only administrators give rights; an address is changed by its owner."""
        rights = [] if request.user.is_superuser else ["is_superuser", "groups", "user_permissions"]
        return [*self.readonly_fields, *rights, *(["email"] if obj else [])]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        parts = {"doctor": [DoctorInline], "patient": [PatientInline]}
        return parts.get(obj.role, []) if obj else [DoctorInline, PatientInline]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_password(form.cleaned_data["password"] or None)
        super().save_model(request, obj, form, change)
        if not change or {"role", "is_superuser"} & set(form.changed_data):
            obj.change_role(obj.role, by=cast(User, request.user), request=request)
        if not change:
            obj.confirm_email()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever is a doctor or a patient has the part that goes with it."""
        super().save_related(request, form, formsets, change)
        if form.instance.is_doctor:
            Doctor.objects.get_or_create(user=form.instance)
        elif form.instance.is_patient:
            Patient.objects.get_or_create(user=form.instance)

    @admin.action(
        description=_("Deactivate: sign out everywhere, for good"), permissions=["change"]
    )
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            try:
                person.deactivate(by=cast(User, request.user), request=request)
            except Refusal as refusal:
                self.message_user(request, str(refusal.detail), messages.ERROR)

    @admin.action(description=_("Let sign in again"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            person.reactivate(by=cast(User, request.user), request=request)


class PartAdmin(Recorded):
    """What hangs beside a person; it is made with the person, and stays with them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By adding a person of that role."""
        return False


@admin.register(Doctor)
class DoctorAdmin(PartAdmin):
    """The directory, as it is kept."""

    form = DoctorForm
    list_display = [
        "user",
        "specialty",
        "registration_number",
        "accepts_patients",
        "shows_availability",
    ]
    list_filter = ["specialty", "accepts_patients", "shows_availability"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "registration_number"]
    readonly_fields = ["user"]


@admin.register(Patient)
class PatientAdmin(PartAdmin):
    """Patients, as far as an emergency needs them."""

    list_display = ["user", "date_of_birth", "sex", "emergency_contact_name"]
    list_filter = ["sex"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    readonly_fields = ["user"]


# They would show the secrets of second factors and live tokens, which nobody needs to see.
admin.site.unregister([Authenticator, BlacklistedToken, OutstandingToken])


@admin.register(PresenceLease)
class PresenceLeaseAdmin(ReadOnly, admin.ModelAdmin):
    """Who is connected now."""

    list_display = ["user", "expires_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]


@admin.register(SignInAttempts)
class SignInAttemptsAdmin(ReadOnly, admin.ModelAdmin):
    """How often passwords were tried; addresses only as hashes."""

    list_display = ["address_hash", "tried", "last_tried_at"]
    ordering = ["-last_tried_at"]

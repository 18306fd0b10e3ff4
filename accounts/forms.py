"""What people fill in about themselves, and the search for a doctor."""

import zoneinfo
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import construct_instance, fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _

from accounts.models import Doctor, Language, Patient, Specialty, User
from accounts.models.doctor import DoctorQuerySet
from accounts.phones import check_phone


class SignupForm(allauth_forms.SignupForm):
    """A patient's name besides address and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    field_order = ["name", "email", "password1"]


class LoginForm(allauth_forms.LoginForm):
    """Allauth's form under our labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")


class DirectoryForm(forms.Form):
    """The search for a doctor: a GET form, every field optional."""

    q = forms.CharField(
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "input",
                "aria-label": _("Name or specialty"),
                "placeholder": _("Name or specialty"),
            }
        ),
    )
    specialty = forms.ChoiceField(
        choices=[("", _("All specialties")), *Specialty.choices],
        required=False,
        widget=forms.Select(attrs={"class": "input", "aria-label": _("Specialty")}),
    )
    language = forms.ChoiceField(
        choices=[("", _("Any language")), *Language.choices],
        required=False,
        widget=forms.Select(attrs={"class": "input", "aria-label": _("Language")}),
    )
    available = forms.BooleanField(required=False)

    def doctors(self) -> DoctorQuerySet:
        """Who fits; everyone when the form is empty, nobody when it makes no sense."""
        listed = Doctor.objects.listed()
        return listed.search(**self.cleaned_data) if self.is_valid() else listed.none()

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, "cleaned_data", {"invalid": True}).values())


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones grouped by continent, with UTC first."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        area, _slash, city = name.partition("/")
        if city and area not in ("Etc", "SystemV", "US", "posix", "right"):
            grouped.setdefault(area, []).append((name, city.replace("_", " ")))
    return [("UTC", [("UTC", "UTC")]), *grouped.items()]


class ProfileForm(forms.ModelForm):
    """A person, and in one form with it what hangs beside: the doctor or the patient."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    part_model: type[models.Model] | None = None
    part_fields: tuple[str, ...] = ()

    class Meta:
        model = User
        fields = ("name", "phone", "time_zone", "language", "hides_network_address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part: Any = None
        if self.part_model is not None:
            name = self.part_model._meta.model_name or ""
            self.part = getattr(self.instance, name, None) or self.part_model(user=self.instance)
            declared = fields_for_model(self.part_model, self.part_fields)
            self.fields = {**self.fields, **declared, **self.declared_fields}
            self.initial = {**self.initial, **model_to_dict(self.part, self.part_fields)}

    def clean_phone(self) -> str:
        """One that was kept before there were rules is not refused now."""
        phone: str = self.cleaned_data["phone"]
        if "phone" in self.changed_data:
            check_phone(phone)
        return phone

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.part is not None:
            construct_instance(self, self.part, self.part_fields)
            others = {field.name for field in self.part._meta.fields} - set(self.part_fields)
            try:
                self.part.full_clean(exclude=others | set(self.errors), validate_unique=False)
            except ValidationError as errors:
                self._update_errors(errors)  # type: ignore[attr-defined]

    def keep(self, *, by: User, **about: Any) -> None:
        parts = [(self.part, self.part_fields)] if self.part else []
        self.instance.edit(self.Meta.fields, by=by, parts=parts, **about)


class PatientForm(ProfileForm):
    """What a patient tells for treatment and emergencies."""

    part_model = Patient
    part_fields = (
        "date_of_birth",
        "sex",
        "address",
        "emergency_contact_name",
        "emergency_contact_phone",
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DoctorForm(ProfileForm):
    """What a doctor decides about the public profile."""

    part_model = Doctor
    part_fields = ("bio", "languages", "reply_hours", "accepts_patients", "shows_availability")
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )


def profile_form(user: User, *args: Any) -> ProfileForm:
    """The form that fits the person's role."""
    form = {"patient": PatientForm, "doctor": DoctorForm}.get(user.role, ProfileForm)
    return form(*args, instance=user)


class PhotoForm(forms.Form):
    """A photo to take in; whether it is one is decided by what is inside."""

    photo = forms.FileField(label=_("Photo"))

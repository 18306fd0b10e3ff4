"""Who people are, and who may see whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Doctor, OwnAccount, Role, User, relations
from audit.models import AccessRecord


def test_addresses_are_one_whatever_their_case(asha: User) -> None:
    assert User.objects.create_user("New@Example.com").email == "new@example.com"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ASHA@example.com")])
    assert User.objects.get_by_natural_key("ASHA@Example.com") == asha


def test_names_are_shortened_as_people_say_them(asha: User, dr_rao: User) -> None:
    assert (asha.short_name, asha.initials) == ("Asha", "AV")
    assert (dr_rao.short_name, dr_rao.initials) == ("Dr Rao", "VR")
    assert asha.hue in range(1, 9)
    assert asha.hue == User.objects.get(pk=asha.pk).hue


def test_a_patient_sees_herself_and_the_doctors(asha: User, dr_rao: User, stranger: User) -> None:
    assert set(User.objects.for_user(asha)) == {asha, dr_rao}
    assert set(User.objects.for_user(AnonymousUser())) == {dr_rao}
    assert asha not in User.objects.for_user(stranger)


def test_an_app_may_relate_people(
    asha: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.models.user.relations", [*relations, lambda user: Q(pk=asha.pk)])
    assert asha in User.objects.for_user(stranger)


def test_a_doctor_who_may_not_sign_in_is_not_listed(dr_rao: User, meera: User) -> None:
    assert {doctor.user for doctor in Doctor.objects.listed()} == {dr_rao, meera}
    dr_rao.deactivate(by=meera)
    assert {doctor.user for doctor in Doctor.objects.listed()} == {meera}


def test_slugs_of_namesakes_differ(db: None) -> None:
    slugs = [
        Doctor.objects.create(
            user=User.objects.create_user(f"{n}@example.com", name="Dr Jo Li")
        ).slug
        for n in range(3)
    ]
    assert slugs == ["dr-jo-li", "dr-jo-li-2", "dr-jo-li-3"]


def test_staff_come_into_the_admin_and_leave_it_with_their_role(ravi: User, asha: User) -> None:
    assert ravi.is_staff
    ravi.change_role(Role.PATIENT, by=asha)
    ravi.refresh_from_db()
    assert not ravi.is_staff
    assert AccessRecord.objects.filter(actor=asha.public_id, act="role_changed").count() == 1


def test_nobody_deactivates_themselves(ravi: User) -> None:
    with pytest.raises(OwnAccount):
        ravi.deactivate(by=ravi)


@pytest.mark.parametrize(
    ("verb", "code"), [("change_password", 4012), ("change_role", 4001), ("deactivate", 4001)]
)
def test_lost_access_closes_what_is_open(
    verb: str,
    code: int,
    asha: User,
    ravi: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    closed: list[tuple[User, int]] = []
    monkeypatch.setattr(
        "accounts.sessions.hub.disconnect", lambda user, code: closed.append((user, code))
    )
    argument = {"change_password": ["another-long-one"], "change_role": [Role.AGENT]}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        getattr(asha, verb)(*argument.get(verb, []), by=ravi)
        assert closed == []
    assert closed == [(asha, code)]

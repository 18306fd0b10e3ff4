"""Whom an emergency alerts, one group after the other."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Doctor, Role, User
from helpline.models.agent import Agent
from helpline.models.duty import Duty

# So long one group is alone with it, from the press of the button.
STAGE_LASTS = timedelta(seconds=15)
# Everyone who can be told has been: those who were told are told again.
AGAIN_EVERY = timedelta(seconds=30)


class Stage(models.TextChoices):
    """Who is being rung."""

    AGENTS = "agents", _("Agents on duty")
    DOCTORS = "doctors", _("Doctors on duty")
    EVERYONE = "everyone", _("Supervisors and everyone")


def people_of(stage: str, now: datetime) -> models.QuerySet[User]:
    """The group of a stage, as the roster, the desks and open pages stand.

    Doctors who are not on duty are nobody's second choice while others may come; when nobody
    has, whoever of them has a page open is worth more than a phone far away.
    """
    duty = Duty.objects.at(now)
    if stage == Stage.AGENTS:
        present = Agent.objects.present(now).values("person")
        chosen = Q(pk__in=duty.filter(kind=Duty.Kind.AGENT).values("person")) | Q(pk__in=present)
    elif stage == Stage.DOCTORS:
        chosen = Q(pk__in=duty.filter(kind=Duty.Kind.DOCTOR).values("person"))
    else:
        staff = Q(role__in=[Role.AGENT, Role.SUPERVISOR])
        here = Doctor.objects.listed().filter(user__in=User.objects.online())
        chosen = Q(pk__in=duty.values("person")) | staff | Q(pk__in=here.values("user"))
    return User.objects.filter(chosen, is_active=True).select_related("doctor").order_by("pk")


def following(stage: str) -> list[str]:
    """The stages after this one; the last one goes on for ever."""
    return Stage.values[Stage.values.index(stage) + 1 :] or [Stage.EVERYONE]

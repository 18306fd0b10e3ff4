"""Who could take over an emergency."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from accounts.models import Doctor, PresenceLease, Role, User
from helpline.models import Agent, Duty, Emergency


def could_take_over(emergency: Emergency, me: User) -> QuerySet[User]:
    """Doctors on duty or listed, and the helpline that is there, but for me.

    Those who are here come first; doctors before agents, who are the way back for a doctor.
    """
    here = Exists(PresenceLease.objects.live().filter(user=OuterRef("pk")))
    told = emergency.alerts.filter(person=OuterRef("pk"), declined_at__isnull=False)
    on_duty = Q(pk__in=Duty.objects.at().values("person"))
    at_desk = Q(pk__in=Agent.objects.present().values("person"))
    doctors = Q(on_duty | Q(pk__in=Doctor.objects.listed().values("user")), role=Role.DOCTOR)
    could = doctors | Q(on_duty | at_desk, role__in=[Role.AGENT, Role.SUPERVISOR])
    known = (me, emergency.owner, emergency.person)
    found = User.objects.filter(could, is_active=True)
    found = found.exclude(pk__in=[each.pk for each in known if each])
    found = found.annotate(is_here=here, has_declined=Exists(told))
    by_trade = Case(When(role=Role.DOCTOR, then=0), default=1)
    return found.select_related("doctor").order_by("-is_here", by_trade, "name")

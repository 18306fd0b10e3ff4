"""Who may begin a conversation with whom."""

import pytest

from accounts.models import Doctor
from audit.models import AccessRecord
from chat.models import Conversation, NoRelationship, NotAcceptingPatients, NotYourself
from tests.chat.test_posting import in_threads


def test_a_patient_begins_with_a_doctor_and_finds_it_again(asha, dr_rao):
    begun = Conversation.objects.direct(asha, dr_rao)
    assert Conversation.objects.direct(asha, dr_rao) == begun
    assert {member.person for member in begun.members.all()} == {asha, dr_rao}


def test_beginning_is_put_on_record_once(asha, dr_rao):
    begun = Conversation.objects.direct(asha, dr_rao)
    Conversation.objects.direct(asha, dr_rao)
    record = AccessRecord.objects.get(act="created", object_id=str(begun.pk))
    assert (record.actor, record.subject_person) == (asha.public_id, asha.public_id)


def test_a_doctor_needs_a_relationship(asha, dr_rao, meera):
    with pytest.raises(NoRelationship):
        Conversation.objects.direct(dr_rao, asha)
    begun = Conversation.objects.direct(asha, dr_rao)
    assert Conversation.objects.direct(dr_rao, asha) == begun
    with pytest.raises(NoRelationship):
        Conversation.objects.direct(dr_rao, meera)


def test_a_doctor_who_takes_nobody_new_keeps_those_there_are(asha, stranger, dr_rao):
    begun = Conversation.objects.direct(asha, dr_rao)
    Doctor.objects.filter(user=dr_rao).update(accepts_patients=False)
    dr_rao.refresh_from_db()
    with pytest.raises(NotAcceptingPatients):
        Conversation.objects.direct(stranger, dr_rao)
    assert Conversation.objects.direct(asha, dr_rao) == begun


def test_nobody_writes_to_a_doctor_who_is_gone(asha, dr_rao):
    dr_rao.is_active = False
    with pytest.raises(NotAcceptingPatients):
        Conversation.objects.direct(asha, dr_rao)


def test_patients_do_not_find_each_other_and_agents_no_one(asha, stranger, dr_rao, ravi):
    for by, other in [(asha, stranger), (ravi, dr_rao), (ravi, asha), (asha, ravi)]:
        with pytest.raises(NoRelationship):
            Conversation.objects.direct(by, other)


def test_nobody_writes_to_themselves(asha, dr_rao):
    for person in (asha, dr_rao):
        with pytest.raises(NotYourself):
            Conversation.objects.direct(person, person)


def test_who_has_left_does_not_come_back_by_beginning_again(asha, dr_rao):
    begun = Conversation.objects.direct(asha, dr_rao)
    begun.member(asha).leave(by=dr_rao)
    Conversation.objects.direct(asha, dr_rao)
    assert not Conversation.objects.for_user(asha).exists()


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_begin_at_once_get_one_conversation(asha, dr_rao):
    begun = []

    def begin():
        begun.append(Conversation.objects.direct(asha, dr_rao).pk)

    assert in_threads(*[begin] * 6) == []
    assert set(begun) == {Conversation.objects.get().pk}

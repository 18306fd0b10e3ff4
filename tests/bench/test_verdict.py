"""The checker of bench/chat finds every way in which a message can go wrong."""

from dataclasses import replace

from bench.verdict import Arrived, Sent, Stored, Verdict, judge

SENT = [Sent("one", "talk", (1,)), Sent("two", "talk", (2,)), Sent("alone", "other", (1,))]
STORED = [Stored("one", "talk", 1), Stored("two", "talk", 2), Stored("alone", "other", 1)]
ARRIVED = [Arrived(each.id, each.conversation, end, each.seq) for each in STORED for end in (0, 1)]


def test_all_is_well():
    assert judge(SENT, STORED, ARRIVED) == Verdict()


def test_the_order_of_rows_and_of_conversations_means_nothing():
    ends = sorted(ARRIVED, key=lambda each: (-each.end, each.seq))
    assert judge(SENT[::-1], STORED[::-1], ends) == Verdict()


def test_a_message_that_was_never_acknowledged_is_lost():
    assert judge([replace(SENT[0], acks=()), *SENT[1:]], STORED, ARRIVED).lost == 1


def test_a_message_that_one_end_never_got_is_lost():
    assert judge(SENT, STORED, ARRIVED[1:]).lost == 1


def test_a_message_that_neither_end_got_is_lost_once():
    assert judge(SENT, STORED, ARRIVED[2:]).lost == 1


def test_a_message_that_is_not_stored_is_lost():
    assert judge(SENT, STORED[:-1], ARRIVED).lost == 1


def test_a_message_that_an_end_got_twice_is_doubled():
    assert judge(SENT, STORED, [*ARRIVED, ARRIVED[-1]]) == Verdict(doubled=1)


def test_a_message_that_was_acknowledged_twice_is_doubled():
    assert judge([replace(SENT[0], acks=(1, 1)), *SENT[1:]], STORED, ARRIVED).doubled == 1


def test_a_message_that_is_stored_twice_is_doubled():
    assert judge(SENT, [*STORED, Stored("two", "talk", 3)], ARRIVED).doubled == 1


def test_a_message_that_strangers_got_is_doubled():
    stray = Arrived("one", "other", 0, 1)
    assert judge(SENT, STORED, [*ARRIVED, stray]).doubled == 1


def test_a_message_in_another_conversation_is_lost_and_doubled():
    moved = [replace(STORED[0], conversation="elsewhere"), *STORED[1:]]
    verdict = judge(SENT, moved, ARRIVED)
    assert (verdict.lost, verdict.doubled) == (1, 1)


def test_a_message_that_arrives_after_a_later_one_is_misordered():
    first, second = ARRIVED[0], ARRIVED[2]
    assert (first.end, second.end) == (0, 0)
    swapped = [second, ARRIVED[1], first, *ARRIVED[3:]]
    assert judge(SENT, STORED, swapped) == Verdict(misordered=1)


def test_a_number_that_nobody_has_is_a_hole():
    sent = [*SENT[:2], replace(SENT[2], acks=(2,))]
    stored = [*STORED[:2], replace(STORED[2], seq=2)]
    arrived = [*ARRIVED[:4], *(replace(each, seq=2) for each in ARRIVED[4:])]
    assert judge(sent, stored, arrived) == Verdict(misordered=1)


def test_a_number_that_was_told_wrongly_is_misordered():
    assert judge([replace(SENT[0], acks=(7,)), *SENT[1:]], STORED, ARRIVED).misordered == 1


def test_what_went_wrong_in_several_runs_is_added_up():
    assert Verdict(1, 2, 3) + Verdict(4, 5, 6) == Verdict(5, 7, 9)

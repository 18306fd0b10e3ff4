"""What goes over the wire is what was declared, and nothing else."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from telemed import wire
from telemed.wire_documents import declarations

EXAMPLES = json.loads((Path(__file__).parents[1] / "examples.json").read_text())
COMMANDS = sorted(name for name in EXAMPLES if name in wire.COMMANDS)


def test_the_generated_documents_are_up_to_date():
    call_command("wire", "--check")


def test_every_declaration_has_an_example_and_words():
    assert set(EXAMPLES) == {declared.wire_name for declared in declarations()}
    assert all((declared.__doc__ or "").strip() for declared in declarations())


def test_names_are_made_of_app_and_class():
    assert wire.Ack.wire_name == "wire.ack"
    assert wire.AnswerBeat.wire_name == "wire.answer_beat"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_a_command_is_read_as_that_command(name):
    frame = json.dumps({**EXAMPLES[name], "ref": "1"})
    envelope = wire.read_envelope(frame)
    assert wire.read_command(envelope).wire_name == name
    assert envelope.ref == "1"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_field_is_refused(name):
    frame = json.dumps({"type": name, "data": {**EXAMPLES[name]["data"], "admin": True}})
    with pytest.raises(wire.BadFrame, match="unknown field"):
        wire.read_command(wire.read_envelope(frame))


def test_an_event_cannot_be_sent_as_a_command():
    with pytest.raises(wire.BadFrame, match="no such command"):
        wire.read_command(wire.read_envelope('{"type": "wire.beat", "data": {"heads": {}}}'))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type": 1}',
        '{"type": "x", "more": 1}',
        "\x00",
        b"\xff\xfe",
        b"\x80",
    ],
)
def test_what_is_not_an_envelope_is_refused_in_words(frame):
    with pytest.raises(wire.BadFrame):
        wire.read_envelope(frame)


def test_a_long_ref_is_refused():
    with pytest.raises(wire.BadFrame, match="64"):
        wire.read_envelope(json.dumps({"type": "wire.answer_beat", "ref": "x" * 65}))


@given(st.one_of(st.text(), st.binary()))
def test_no_frame_whatever_raises_anything_but_bad_frame(frame):
    try:
        wire.read_command(wire.read_envelope(frame))
    except wire.BadFrame:
        pass


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ),
    st.sampled_from(COMMANDS),
)
def test_no_data_whatever_raises_anything_but_bad_frame(data, name):
    try:
        wire.read_command(wire.read_envelope(json.dumps({"type": name, "data": data})))
    except wire.BadFrame:
        pass


def test_an_ack_carries_the_ref_of_its_command():
    assert json.loads(wire.encode(wire.Ack(), "7")) == {
        "type": "wire.ack",
        "data": {"result": None},
        "ref": "7",
    }


@pytest.mark.parametrize("opening", ["[", '{"type":'])
def test_nesting_without_end_is_a_bad_frame(opening):
    frame = opening * (wire.FRAME_LIMIT // len(opening))
    with pytest.raises(wire.BadFrame):
        wire.read_command(wire.read_envelope(frame))


def test_nested_data_without_end_is_a_bad_frame():
    data = "[" * 30_000 + "]" * 30_000
    envelope = f'{{"type": "wire.answer_beat", "data": {data}}}'
    with pytest.raises(wire.BadFrame):
        wire.read_command(wire.read_envelope(envelope))

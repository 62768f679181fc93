"""The door's view of an event, and what never passes it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.zalo.envelope import (
    Envelope,
    MalformedEvent,
    UnknownPage,
    page_and_citizen,
    read_envelope,
)
from tests.zalo.samples import APP, CITIZEN, NAMES, PAGE, sample

LARGEST = 128 * 1024


def event(**changes: Any) -> bytes:
    """A small event with some members changed; None removes one."""
    members: dict[str, Any] = {
        "app_id": "1",
        "event_name": "user_send_text",
        "timestamp": "1793260800123",
        "sender": {"id": "3"},
        "recipient": {"id": "2"},
        "message": {"msg_id": "m"},
    }
    members.update(changes)
    return json.dumps({k: v for k, v in members.items() if v is not None}).encode()


def test_reads_a_message() -> None:
    assert read_envelope(sample("user_send_text")) == Envelope(
        app_id=APP,
        event_name="user_send_text",
        timestamp="1793260801000",
        message_id="b8de7d84fa1b30436001",
        parties=(PAGE, CITIZEN),
    )


@pytest.mark.parametrize("name", NAMES)
def test_reads_every_sample(name: str) -> None:
    assert read_envelope(sample(name)).event_name == name.split("__")[0]


@pytest.mark.parametrize(
    ("name", "citizen"),
    [
        ("user_send_text", CITIZEN),
        ("oa_send_text", CITIZEN),
        ("follow", CITIZEN),
        ("user_withdraw", CITIZEN),
        ("user_seen_message", CITIZEN),
        ("user_seen_message__sender_is_citizen", CITIZEN),
        ("user_received_message__template", None),
        ("change_oa_daily_quota", None),
    ],
)
def test_tells_page_from_citizen_in_either_direction(name: str, citizen: str | None) -> None:
    assert page_and_citizen(read_envelope(sample(name)), {PAGE}) == (PAGE, citizen)


def test_an_event_of_a_page_that_is_not_ours_is_refused() -> None:
    with pytest.raises(UnknownPage):
        page_and_citizen(read_envelope(sample("user_send_text")), {"5"})


@pytest.mark.parametrize(
    "name", ["user_received_message", "user_reacted_message", "user_seen_message", "follow"]
)
def test_an_event_about_a_message_has_no_message_id_of_its_own(name: str) -> None:
    assert read_envelope(sample(name)).message_id is None


def test_a_telephone_number_is_never_a_party() -> None:
    envelope = read_envelope(sample("user_received_message__template"))
    assert envelope.parties == (PAGE,)


def test_numbers_are_taken_as_text() -> None:
    envelope = read_envelope(event(app_id=102719276611582260, timestamp=1751100041636))
    assert (envelope.app_id, envelope.timestamp) == ("102719276611582260", "1751100041636")


def test_half_a_surrogate_pair_does_not_spoil_a_message() -> None:
    body = event(message={"msg_id": "m", "text": "xe \ud83d"})
    assert rb"\ud83d" in body
    assert read_envelope(body).message_id == "m"


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": None},
        {"app_id": ""},
        {"app_id": "abc"},
        {"app_id": True},
        {"app_id": "１"},
        {"event_name": None},
        {"event_name": ["user_send_text"]},
        {"event_name": "user send\ntext"},
        {"event_name": "x" * 129},
        {"timestamp": None},
        {"timestamp": "soon"},
        {"timestamp": "-1"},
        {"timestamp": 1.5},
        {"timestamp": "1" * 15},
        {"sender": {"id": ["3"]}},
        {"sender": {"id": {"x": 1}}},
        {"recipient": {"id": "\ud800"}},
        {"user_id": "3 3"},
        {"oa_id": False},
        {"message": {"msg_id": {}}},
    ],
)
def test_an_event_without_what_the_door_needs_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent):
        read_envelope(event(**changes))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{",
        b"}",
        b'{"a":1}{"a":1}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf" + event(),
        event().decode().encode("utf-16"),
        event()[:-1] + b',"text":"\xc3\x28"}',
        event()[:-1] + b',"app_id":"2"}',
        event()[:-1] + b',"message":{"a":1,"a":2}}',
        event()[:-1] + b',"x":NaN}',
        event()[:-1] + b',"x":-Infinity}',
        event()[:-1] + b',"x":1e999}',
        event()[:-1] + b',"x":' + b"9" * 21 + b"}",
        event()[:-1] + b',"x":0.' + b"9" * 41 + b"}",
        event()[:-1] + b',"x":' + b"[" * 20 + b"]" * 20 + b"}",
        event()[:-1] + b',"x":[' + b"0," * 2_000 + b"0]}",
        event()[:-1] + b',"x":"a\nb"}',
    ],
)
def test_what_is_no_acceptable_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        read_envelope(body)


@pytest.mark.parametrize(
    "filling",
    [
        b"[",
        b'{"a":',
        b"9",
        b'"',
        b"\\",
        b'\\"',
        b'"a",',
        b"[],",
        b"\\u0000",
        b"\\ud800",
        b" ",
        b"-",
        b"0.",
        b"\xf0\x9f\x98\x80",
    ],
)
@pytest.mark.parametrize("lead", [b'{"a":', b'{"a":"', b'{"a":['])
def test_hostile_bodies_cost_little(lead: bytes, filling: bytes) -> None:
    body = lead + filling * ((LARGEST - len(lead)) // len(filling))
    began = time.process_time()
    with pytest.raises(MalformedEvent):
        read_envelope(body)
    assert time.process_time() - began < 0.05


def test_a_long_text_is_fine() -> None:
    assert read_envelope(event(message={"msg_id": "m", "text": '\\"{[' * 20_000})).message_id == "m"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes_are_read_or_malformed(body: bytes) -> None:
    try:
        read_envelope(body)
    except MalformedEvent:
        return
    raise AssertionError("random bytes are no event")


_inner: list[object] = [
    None,
    True,
    0,
    -1,
    2**64,
    1.5,
    float("nan"),
    "",
    "3",
    "3 3",
    "\ud800",
    "đ",
    [],
    ["3"],
    {},
]
_shapes = [
    *_inner,
    *({key: value} for key in ("id", "msg_id", "tracking_id") for value in _inner),
]
_members = st.sampled_from(
    ["app_id", "event_name", "timestamp", "sender", "recipient", "message", "oa_id", "user_id"]
)


@settings(deadline=None)
@given(st.dictionaries(_members, st.sampled_from(_shapes)))
def test_any_shape_in_place_of_a_member_is_read_or_malformed(changes: dict[str, Any]) -> None:
    try:
        envelope = read_envelope(event(**changes))
    except MalformedEvent:
        return
    assert all(party.isascii() for party in envelope.parties)

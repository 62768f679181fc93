"""The door of `send_followup`: one follow-up to send, or one approved identity to tell."""

import pytest
from pydantic import ValidationError

from functions.errors import Rejected
from functions.followups.entrance import OpenIdentity, SendFollowUp
from functions.identity.disclosure import Disclosed
from functions.wiring import doors, ground

ADDRESS = "https://send-followup.example"


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"followup": ""}',
        '{"followup": "f1", "open_identity": {"opening": "o1", "reading": "r1"}}',
        '{"open_identity": {"opening": "o1"}}',
        '{"open_identity": {"opening": "o1", "reading": "r1", "citizen": "k7"}}',
        '{"followup": "f1", "citizen": "k7"}',
    ],
)
def test_a_body_asks_for_one_thing_and_names_nobody(body: str) -> None:
    with pytest.raises(ValidationError):
        SendFollowUp.model_validate_json(body)


@pytest.mark.parametrize(
    "asked",
    [
        SendFollowUp(followup="f1"),
        SendFollowUp(open_identity=OpenIdentity(opening="o1", reading="r1")),
    ],
)
def test_a_body_comes_through_as_it_was_sent(asked: SendFollowUp) -> None:
    assert SendFollowUp.model_validate_json(asked.model_dump_json()) == asked


class _Calls:
    """Answers a call as told."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[tuple[str, object]] = []

    def call(self, address: str, body: object, *, seconds: float) -> str:
        """The answer."""
        self.asked.append((address, body))
        return self.answer


def test_the_officers_page_reads_what_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Disclosed(is_known=True, name="Trần Thị Mẫu Danh", phone="84900000123")
    calls = _Calls(told.model_dump_json(exclude_none=True))
    monkeypatch.setattr(ground, "calls", lambda: calls)
    assert doors._disclose(ADDRESS, "o1", "r1") == told
    asked = SendFollowUp(open_identity=OpenIdentity(opening="o1", reading="r1"))
    assert calls.asked == [(ADDRESS, asked)]


@pytest.mark.parametrize("answer", ["settled", "done", "not ours", '{"name": "Mẫu Danh"}'])
def test_any_other_answer_is_a_refusal_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(ground, "calls", lambda: _Calls(answer))
    with pytest.raises(Rejected) as refusal:
        doors._disclose(ADDRESS, "o1", "r1")
    assert "Mẫu Danh" not in str(refusal.value)
    assert refusal.value.__cause__ is None

"""The door of `send_followup`: a follow-up to send, an identity to tell, a contact to keep."""

import pytest
from pydantic import SecretStr, ValidationError

from functions.errors import Rejected
from functions.followups.entrance import (
    CONTACT_DONE,
    Contact,
    KeepContact,
    OpenIdentity,
    SendFollowUp,
)
from functions.identity.disclosure import Disclosed
from functions.wiring import doors, ground

ADDRESS = "https://send-followup.example"
NAME, PHONE = "Trần Thị Mẫu Danh", "84900000123"
CONTACT = KeepContact(report="r1", contact=Contact(name=SecretStr(NAME), phone=SecretStr(PHONE)))


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"followup": ""}',
        '{"followup": "f1", "open_identity": {"opening": "o1", "reading": "r1"}}',
        '{"open_identity": {"opening": "o1"}}',
        '{"open_identity": {"opening": "o1", "reading": "r1", "citizen": "k7"}}',
        '{"followup": "f1", "citizen": "k7"}',
        '{"followup": "f1", "keep_contact": {"report": "r1", "contact": null}}',
        '{"keep_contact": {"report": "r1"}}',
        '{"keep_contact": {"report": "r1", "contact": {}, "citizen": "k7"}}',
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
        SendFollowUp(keep_contact=CONTACT),
        SendFollowUp(keep_contact=KeepContact(report="r1", contact=None)),
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


def test_a_contact_shows_in_nothing_that_might_be_logged() -> None:
    asked = SendFollowUp(keep_contact=CONTACT)
    shown = f"{asked!r} {asked} {asked.model_dump()}"
    with pytest.raises(ValidationError) as problem:
        SendFollowUp.model_validate_json(
            f'{{"keep_contact": {{"report": "r1", "contact": {{"name": ["{NAME}"]}}}}}}'
        )
    for words in (NAME, PHONE):
        assert words not in shown + str(problem.value)


def test_the_officers_page_hands_a_contact_on(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _Calls(CONTACT_DONE)
    monkeypatch.setattr(ground, "calls", lambda: calls)
    doors._keep_contact(ADDRESS, CONTACT)
    assert calls.asked == [(ADDRESS, SendFollowUp(keep_contact=CONTACT))]


@pytest.mark.parametrize("answer", ["settled", "done", "not ours", ""])
def test_a_contact_is_kept_only_if_that_is_said(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(ground, "calls", lambda: _Calls(answer))
    with pytest.raises(Rejected):
        doors._keep_contact(ADDRESS, CONTACT)

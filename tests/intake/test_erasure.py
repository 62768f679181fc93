"""A citizen's own data, by the worker: what they share, and that it is gone when they say so."""

import json
from datetime import timedelta

import pytest

from functions.followups.model import FollowUp, Kind
from functions.reports.model import ReportState
from tests.emulators import Project
from tests.intake.desk import ME, Desk, snapshot
from tests.intake.kills import Kill, Killed
from tests.intake.phone import Phone
from tests.zalo.samples import CITIZEN, sample

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SHARED = ("Nguyễn Văn A", "84900000001", "Trần Phú")


def told(desk: Desk, kind: Kind, sentence: str) -> list[FollowUp]:
    return [owed for owed in desk.owed(kind) if owed.sentence == sentence]


def test_what_a_citizen_shares_reaches_the_vault_and_no_other_database(
    desk: Desk, phone: Phone, project: Project
) -> None:
    desk.fold(phone.text("#cungcap", at=desk.clock.now()))

    desk.fold(sample("user_submit_info"))

    person = desk.people.find(ME)
    assert person is not None
    assert (person.name, person.phone) == SHARED[:2]
    assert told(desk, Kind.ANSWER, "identity_noted") != []
    elsewhere = json.dumps(snapshot(project, "(default)"), default=str, ensure_ascii=False)
    assert not any(value in elsewhere for value in SHARED)


def test_who_was_never_in_touch_is_remembered_with_what_they_share(desk: Desk) -> None:
    desk.fold(sample("user_submit_info"))

    person = desk.people.find(ME)
    assert person is not None
    assert person.name == SHARED[0]


def erased(desk: Desk, phone: Phone) -> None:
    """A citizen has sent a report, shared who they are, and has their data erased."""
    now = desk.clock.now()
    desk.fold(sample("user_submit_info"))
    desk.fold(*phone.reports(at=now))
    desk.clock.advance(DAY)
    desk.fold(phone.text("#xoadulieu_dongy", at=now + DAY))


def test_after_an_erasure_nobody_stands_behind_the_pseudonym(desk: Desk, phone: Phone) -> None:
    erased(desk, phone)

    assert desk.people.find(ME) is None
    assert desk.reports.latest_of(ME) == []


def test_the_citizen_is_told_by_the_last_that_is_known_of_them(desk: Desk, phone: Phone) -> None:
    erased(desk, phone)

    assert [owed.citizen for owed in told(desk, Kind.FAREWELL, "delete_done")] == [ME]
    whom = desk.people.find_farewell(ME)
    assert whom is not None
    assert (whom.user_id, whom.name, whom.phone) == (CITIZEN, None, None)


def test_an_erasure_leaves_no_words_of_the_citizen_in_the_conversation(
    desk: Desk, phone: Phone, project: Project
) -> None:
    erased(desk, phone)

    conversation = snapshot(project, "(default)")[f"(default)/conversations/{ME}"]
    assert "đèn đỏ" not in json.dumps(conversation, default=str, ensure_ascii=False)


def test_what_was_being_gathered_is_kept_for_the_officers(
    desk: Desk, phone: Phone, project: Project
) -> None:
    now = desk.clock.now()
    desk.fold(phone.text("Xe vượt đèn đỏ ở ngã tư chợ Bến Đò", at=now))

    desk.fold(phone.text("#xoadulieu_dongy", at=now + MINUTE))

    reports = [
        fields
        for path, fields in snapshot(project, "(default)").items()
        if path.startswith("(default)/reports/") and path.count("/") == 2
    ]
    assert [report["state"] for report in reports] == [ReportState.RECEIVED]
    assert reports[0]["citizen"].startswith("erased-")


def test_who_writes_again_is_somebody_new(desk: Desk, phone: Phone) -> None:
    erased(desk, phone)

    desk.fold(phone.text("tra cứu", at=desk.clock.now() + MINUTE))

    person = desk.people.find(ME)
    assert person is not None
    assert (person.user_id, person.name) == (CITIZEN, None)
    assert told(desk, Kind.ANSWER, "status_none") != []


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("commit", range(1, 9))
def test_an_erasure_that_dies_at_any_commit_is_carried_out_and_told_once(
    project: Project, desk: Desk, phone: Phone, commit: int, is_applied: bool
) -> None:
    now = desk.clock.now()
    desk.fold(sample("user_submit_info"))
    desk.fold(*phone.reports(at=now))
    desk.clock.advance(DAY)
    desk.receive(phone.text("#xoadulieu_dongy", at=now + DAY))

    mortal = Desk(project, desk.clock, seed=commit, kill=Kill(commit, is_applied))
    try:
        mortal.worker().fold(ME)
    except Killed:
        desk.worker().fold(ME)

    assert desk.people.find(ME) is None
    assert desk.people.find_farewell(ME) is not None
    assert desk.reports.latest_of(ME) == []
    assert len(told(desk, Kind.FAREWELL, "delete_done")) == 1

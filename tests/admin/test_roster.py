"""Duty rosters and the hand-over of a shift: somebody always answers for everything."""

import secrets
from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from functions.admin.organisation.changes import UnitsLog
from functions.admin.organisation.handovers import Heading, heading_of
from functions.followups.model import State
from functions.followups.notices import receipt
from functions.reports.model import ReportState
from functions.reports.rows import row_of
from functions.units.model import Unit
from functions.units.rosters import Shift, on_duty
from functions.units.store import RosterStore
from functions.vietnam import VIETNAM
from tests.admin.browsing import Browser, hidden_fields
from tests.admin.station import (
    ADMINISTRATOR,
    COLLEAGUE,
    INSPECTOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    STRANGER,
    UNIT,
    Station,
)


def local(moment: datetime) -> str:
    """As a browser's field of date and time gives it."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"


def roster(station: Station) -> list[Shift]:
    """The unit's shifts that are not over."""
    return RosterStore(station.database).roster(UNIT, station.clock.now())


def plan(
    station: Station, officer: str, *, hours: tuple[int, int] = (0, 8), by: str = LEAD
) -> TestResponse:
    """A shift from so many hours from now to so many."""
    now = station.clock.now()
    fields = {
        "unit": UNIT,
        "operation": secrets.token_hex(16),
        "officer": officer,
        "starts_at": local(now + timedelta(hours=hours[0])),
        "ends_at": local(now + timedelta(hours=hours[1])),
        "note": "",
    }
    return station.browser(by).post("/roster/plan", fields)


def on(station: Station) -> list[str]:
    """Who is on duty."""
    return [shift.subject for shift in on_duty(roster(station), station.clock.now())]


def hand(station: Station, to: str = COLLEAGUE, by: str = OFFICER) -> TestResponse:
    """The hand-over form, sent."""
    browser = station.browser(by)
    fields = hidden_fields(browser.get(f"/handover?unit={UNIT}").text, "hand-form")
    return browser.post("/handover/hand", {**fields, "officer": to})


def take_fields(station: Station, browser: Browser) -> dict[str, str]:
    """The form that confirms it."""
    fields = hidden_fields(browser.get(f"/handover?unit={UNIT}").text, "take-form")
    return {**fields, "ends_at": local(station.clock.now() + timedelta(hours=8))}


def take(station: Station, by: str = COLLEAGUE) -> TestResponse:
    """The same, sent."""
    browser = station.browser(by)
    return browser.post("/handover/take", take_fields(station, browser))


@pytest.fixture
def shift(station: Station) -> Shift:
    """OFFICER is on duty."""
    assert plan(station, OFFICER).status_code == 303
    (shift,) = roster(station)
    return shift


def test_a_lead_plans_the_week(station: Station) -> None:
    assert plan(station, COLLEAGUE, hours=(2, 10)).status_code == 303
    (shift,) = roster(station)
    assert (shift.subject, shift.ends_at - shift.starts_at) == (COLLEAGUE, timedelta(hours=8))
    page = station.browser(OFFICER).get(f"/roster?unit={UNIT}").text
    assert "Ca tiếp theo: Đại úy Trần Quốc Khánh" in page
    assert "Hiện không có ai trực" in page
    (entry,) = UnitsLog(station.database).of_unit(UNIT)
    assert (entry.act, entry.officer) == ("plan", LEAD)


def test_who_is_on_duty_is_shown(station: Station, shift: Shift) -> None:
    page = station.browser(COLLEAGUE).get(f"/roster?unit={UNIT}").text
    assert "Đang trực:" in page
    assert "Thiếu tá Nguyễn Thị Minh" in page


def test_only_who_manages_rosters_plans(station: Station) -> None:
    assert plan(station, COLLEAGUE, by=OFFICER).status_code == 404
    assert roster(station) == []


@pytest.mark.parametrize("subject", [STRANGER, ADMINISTRATOR, INSPECTOR])
@pytest.mark.parametrize("path", ["/roster", "/handover"])
def test_another_units_roster_does_not_exist(station: Station, path: str, subject: str) -> None:
    browser = station.browser(subject)
    assert browser.get(f"{path}?unit={UNIT}").status_code == 404
    if subject == STRANGER:
        assert browser.get(f"{path}?unit={OTHER_UNIT}").status_code == 200


@pytest.mark.parametrize(
    ("officer", "hours", "sentence"),
    [
        (OFFICER, (4, 12), "trùng thời gian"),
        (COLLEAGUE, (8, 4), "kết thúc sau khi bắt đầu"),
        (COLLEAGUE, (8, 80), "tối đa 48 giờ"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    station: Station, shift: Shift, officer: str, hours: tuple[int, int], sentence: str
) -> None:
    answer = plan(station, officer, hours=hours)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert roster(station) == [shift]


def test_somebody_of_another_unit_cannot_be_planned(station: Station) -> None:
    assert plan(station, STRANGER).status_code == 400
    assert roster(station) == []


def test_a_shift_to_come_is_dropped_one_that_began_is_not(station: Station, shift: Shift) -> None:
    plan(station, COLLEAGUE, hours=(8, 16))
    coming = roster(station)[1]
    browser = station.browser(LEAD)

    def drop(one: Shift) -> int:
        fields = {"unit": UNIT, "shift": one.id, "operation": secrets.token_hex(16)}
        return browser.post("/roster/drop", fields).status_code

    assert drop(shift) == 400
    assert drop(coming) == 303
    assert roster(station) == [shift]


def test_a_shift_goes_on_until_it_is_taken(station: Station, shift: Shift) -> None:
    assert hand(station).status_code == 303
    station.clock.advance(timedelta(hours=20))
    assert on(station) == [OFFICER]
    assert take(station).status_code == 303
    assert on(station) == [COLLEAGUE]


def test_all_that_is_open_goes_with_the_shift(station: Station, shift: Shift) -> None:
    new = station.report("Chưa ai nhận")
    hand(station)
    later = station.report("Đến sau khi bàn giao")
    page = station.browser(COLLEAGUE).get(f"/handover?unit={UNIT}").text
    assert new.code in page
    assert "mới thêm" in page
    take(station)
    (begun,) = roster(station)
    assert set(begun.open_points) == {new.id, later.id}
    assert begun.taken_from == shift.id


def test_what_the_leaving_officer_held_is_the_next_ones(station: Station, shift: Shift) -> None:
    held = station.report("Đang giữ", assignee=OFFICER, assignee_name="Minh")
    theirs = station.report("Của người khác", assignee=LEAD, assignee_name="Hà")
    verified = station.report(
        "Đã thụ lý",
        assignee=OFFICER,
        assignee_name="Minh",
        state=ReportState.ACCEPTED,
        accepted_at=station.clock.now(),
    )
    hand(station)
    take(station)
    owners = [station.now_of(report).assignee for report in (held, theirs, verified)]
    assert owners == [COLLEAGUE, LEAD, OFFICER]


def test_taking_over_twice_does_it_once(station: Station, shift: Shift) -> None:
    hand(station)
    browser = station.browser(COLLEAGUE)
    fields = take_fields(station, browser)
    answers = [browser.post("/handover/take", fields).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(roster(station)) == 1


@pytest.mark.parametrize("subject", [LEAD, OFFICER])
def test_only_who_was_asked_takes_over(station: Station, shift: Shift, subject: str) -> None:
    hand(station)
    browser = station.browser(subject)
    fields = take_fields(station, station.browser(COLLEAGUE))
    answer = browser.post("/handover/take", {**fields, "csrf_token": browser.form_token})
    assert answer.status_code == 422
    assert "không chờ đồng chí" in answer.text
    assert on(station) == [OFFICER]


def test_only_who_is_on_duty_hands_over(station: Station, shift: Shift) -> None:
    browser = station.browser(OFFICER)
    fields = hidden_fields(browser.get(f"/handover?unit={UNIT}").text, "hand-form")
    lead = station.browser(LEAD)
    fields |= {"officer": COLLEAGUE, "csrf_token": lead.form_token}
    answer = lead.post("/handover/hand", fields)
    assert answer.status_code == 403
    assert "người đang trực" in answer.text
    assert roster(station) == [shift]


def test_the_planned_shift_of_who_takes_over_early_is_not_kept_beside(
    station: Station, shift: Shift
) -> None:
    plan(station, COLLEAGUE, hours=(4, 12))
    hand(station)
    take(station)
    assert [one.subject for one in roster(station)] == [COLLEAGUE]


def test_who_finds_nobody_on_duty_goes_on_duty(station: Station) -> None:
    browser = station.browser(COLLEAGUE)
    page = browser.get(f"/handover?unit={UNIT}").text
    assert "Hiện không có ai trực" in page
    fields = hidden_fields(page, "begin-form")
    ends_at = local(station.clock.now() + timedelta(hours=8))
    assert browser.post("/handover/begin", {**fields, "ends_at": ends_at}).status_code == 303
    assert on(station) == [COLLEAGUE]
    fields["operation"] = secrets.token_hex(16)
    assert browser.post("/handover/begin", {**fields, "ends_at": ends_at}).status_code == 409


def test_a_notice_that_is_stuck_is_on_the_list(station: Station, shift: Shift) -> None:
    report = station.report("Xe tải vượt đèn đỏ")
    unit = Unit(id=UNIT, name="Phòng", short_name="Phòng", kind="division")
    notice = receipt(report, unit, now=station.clock.now())
    commit = station.database.commit()
    station.followups.add_new(commit, notice)
    commit.send()
    found = station.followups.read(notice.id)
    assert found is not None
    held = notice.model_copy(
        update={"state": State.HELD, "sentence_for_officer": "Người dân chưa nhắn lại."}
    )
    station.followups.change(found, held)
    hand(station)
    assert "Người dân chưa nhắn lại." in station.browser().get(f"/handover?unit={UNIT}").text
    assert f"notice:{notice.id}" in roster(station)[0].open_points


def test_each_report_stands_under_one_heading(station: Station) -> None:
    now = station.clock.now()
    asked = station.report("a", asked_at=now, assignee=OFFICER)
    mine = station.report("b", assignee=OFFICER)
    new = station.report("c")
    accepted = station.report("d", state=ReportState.ACCEPTED, accepted_at=now)
    found = [heading_of(row_of(one), now) for one in (asked, mine, new, accepted)]
    assert found == [Heading.AWAITING, Heading.UNACCEPTED, Heading.NEW, Heading.REST]
    late = heading_of(row_of(new), now + timedelta(days=60))
    assert late is Heading.EXPIRING


def test_looking_never_writes(station: Station, shift: Shift) -> None:
    browser = station.browser(OFFICER)
    station.database.commits = 0
    for path in ("/roster", "/handover", f"/roster?unit={UNIT}&week=2026-01-01"):
        assert browser.get(path).status_code == 200
    assert station.database.commits == 0


def test_the_list_holds_nothing_of_another_unit(station: Station, shift: Shift) -> None:
    other = station.report("Của xã", unit_id=OTHER_UNIT)
    restricted = station.report("Về cán bộ", is_restricted=True)
    page = station.browser(OFFICER).get(f"/handover?unit={UNIT}").text
    assert other.code not in page
    assert restricted.code not in page

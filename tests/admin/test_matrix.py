"""Every route for every role, in the report's own unit, above it, beside it and below it.

What is expected stands here by hand, not taken from the code: a route without a row fails.
"""

from dataclasses import dataclass
from itertools import product

import pytest

from functions.reports.casework import restrict
from functions.units.roles import Role
from tests.admin.routes import PLACES, World, ask_for, rules, visitor, world_of
from tests.admin.station import NOBODY, OTHER_UNIT, ROOT, UNIT, Station

D, I, L, H = Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.LEAD, Role.UNIT_HEAD  # noqa: E741
T, P, A = Role.INSPECTORATE, Role.PROVINCE_SUPERVISOR, Role.AUDITOR
K, R, M = Role.KNOWLEDGE_EDITOR, Role.PRESS_OFFICER, Role.ADMINISTRATOR

ANYBODY = frozenset(Role)
READERS = frozenset({D, I, L, H, T, P, A})
WORKERS = frozenset({D, I, L, H, T})
MOVERS = WORKERS | {P}
ASKERS = frozenset({I, L, H, T})
LEADERS = frozenset({L, H, T})
ASSIGNERS = LEADERS | {P}
EXPORTERS = LEADERS | {P, A}
LOG_READERS = frozenset({H, P, A})
WRITERS = LEADERS | {K}
ADMINISTRATORS = frozenset({M})


@dataclass(frozen=True)
class Row:
    """Who passes a route.

    `door`: the roles for which it exists; `acts`: those of them who may do it in a report that
    they see; `of_report`: whether it is about one report; `is_missing`: what the address names
    does not exist, or needs what an address alone cannot have, so that nobody gets further.
    """

    door: frozenset[Role]
    acts: frozenset[Role] = ANYBODY
    of_report: bool = False
    is_missing: bool = False


OPEN = Row(ANYBODY)


def report(door: frozenset[Role], acts: frozenset[Role] = ANYBODY, missing: bool = False) -> Row:
    """A route about one report."""
    return Row(door, acts, of_report=True, is_missing=missing)


OPENED = {
    "static", "htmx", "map_library", "health", "sign_in", "start_sign_in", "finish_sign_in",
    "enter_by_proxy",
}  # fmt: skip
"""For everybody in the world."""
SIGNED_IN = {"sign_out", "choose_language"}
"""Also for whoever has no role."""

ROWS = {
    "open_reports": OPEN,
    "permissions": OPEN,
    "counts": Row(READERS),
    "saved_views": Row(READERS),
    "save_view": Row(READERS),
    "rename_view": Row(READERS),
    "remove_view": Row(READERS),
    "search": Row(READERS),
    "begin_search": Row(READERS),
    "map": Row(READERS),
    "map_points": Row(READERS),
    "register": Row(READERS),
    "export_register": Row(EXPORTERS),
    "logs": Row(LOG_READERS),
    "enter_page": Row(WORKERS),
    "enter": Row(WORKERS),
    "bulk": Row(WORKERS),
    "bulk_do": Row(WORKERS),
    "bulk_done": Row(WORKERS, is_missing=True),
    "bulk_undo": Row(WORKERS, is_missing=True),
    "texts": Row(WRITERS),
    "keep_text": Row(WRITERS),
    "remove_text": Row(WRITERS),
    "identities": Row(ASKERS),
    "alerts": Row(LEADERS),
    "connections": Row(ADMINISTRATORS),
    "connect": Row(ADMINISTRATORS),
    "finish_connection": Row(ADMINISTRATORS),
    "units": Row(ADMINISTRATORS),
    "officers": Row(ADMINISTRATORS),
    "add_officer": Row(ADMINISTRATORS),
    "officer": Row(ADMINISTRATORS, is_missing=True),
    "change_officer": Row(ADMINISTRATORS),
    "imports": Row(ADMINISTRATORS),
    "plan_import": Row(ADMINISTRATORS),
    "do_import": Row(ADMINISTRATORS),
    "export_units": Row(ADMINISTRATORS),
    "roster": Row(READERS),
    "plan_shift": Row(LEADERS),
    "drop_shift": Row(LEADERS),
    "handover": Row(WORKERS),
    "begin_shift": Row(WORKERS),
    "hand_shift": Row(WORKERS),
    "take_shift": Row(WORKERS),
    # One report.
    "report": report(READERS),
    "news": report(READERS),
    "be_present": report(READERS),
    "original": report(READERS, missing=True),
    "open_original": report(READERS),
    "preview_picture": report(READERS),
    "tile": report(READERS),
    # This one came through Zalo; see tests/admin/test_contact.py for one that did not.
    "contact": report(WORKERS),
    "keep_contact": report(WORKERS),
    "erase_contact": report(WORKERS),
    "identity": report(READERS),
    "ask_identity": report(ASKERS),
    "approve_identity": report(LEADERS),
    "refuse_identity": report(LEADERS),
    "read_identity": report(ASKERS),
    "report_log": report(LOG_READERS),
    "assign": report(ASSIGNERS),
    "offer": report(MOVERS),
    "take_back": report(MOVERS),
    # Nothing was offered to anybody.
    "take_over": report(MOVERS, acts=frozenset()),
    "return_back": report(MOVERS, acts=frozenset()),
    "accept": report(LEADERS),
    "extend": report(LEADERS),
    "approve": report(LEADERS),
    "return_words": report(LEADERS),
    "block": report(LEADERS),
    "unblock": report(LEADERS),
    "reopen": report(LEADERS),
    # There is no outcome of one's own.
    "undo_outcome": report(WORKERS, acts=LEADERS),
    **{
        name: report(WORKERS)
        for name in (
            "claim", "release", "classify", "restrict", "open_to_unit", "note", "ask", "reply",
            "call_back", "keep_draft", "insert_text", "preview_words", "propose",
            "withdraw_words", "record", "preview", "link", "unlink", "mark_duplicate", "split_off",
        )
    },
}  # fmt: skip
OF_ALERTS = {"see_alert"}
"""For heads of the units that the alert is about; see tests/admin/test_identity.py."""
OF_UNITS = {"unit", "reorganise"}
"""For administrators of that unit or of one above it; see tests/admin/test_units.py."""

PASSED = {200, 204, 303, 400, 422}
"""Through the doors: forms come empty here, so most of them are sent back as such."""


def expected(row: Row, role: Role, unit_id: str, seen_in: dict[str, frozenset[Role]]) -> set[int]:
    """What the row says to an officer of that role in that unit."""
    sees = role in seen_in.get(unit_id, frozenset())
    if role not in row.door or row.is_missing or (row.of_report and not sees):
        return {404}
    return PASSED if role in row.acts else {403}


@pytest.fixture
def world(station: Station) -> World:
    """Something behind every route."""
    return world_of(station)


def test_every_route_has_a_row_and_every_row_a_route(station: Station) -> None:
    known = [*ROWS, *OPENED, *SIGNED_IN, *OF_ALERTS, *OF_UNITS]
    assert len(known) == len(set(known))
    assert set(known) == rules(station.page).keys()


def wrong_answers(
    world: World, role: Role, rows: dict[str, Row], seen_in: dict[str, frozenset[Role]]
) -> dict[tuple[str, str], tuple[int, set[int]]]:
    """Where an officer of that role gets another answer than the rows say, in each place."""
    wrong = {}
    for unit_id in PLACES.values():
        browser = world.station.browser(visitor(role, unit_id))
        for endpoint, (method, rule) in rules(world.station.page).items():
            if endpoint not in rows:
                continue
            status = ask_for(browser, method, world.path(rule)).status_code
            allowed = expected(rows[endpoint], role, unit_id, seen_in)
            if status not in allowed:
                wrong[unit_id, endpoint] = (status, allowed)
    return wrong


@pytest.mark.parametrize("role", Role)
def test_each_route_answers_each_role_as_its_row_says(world: World, role: Role) -> None:
    # The inspectorate sees what is restricted, and nothing else.
    seen_in = {UNIT: READERS - {T}, ROOT: READERS - {T}}
    assert wrong_answers(world, role, ROWS, seen_in) == {}


@pytest.mark.parametrize("role", Role)
def test_a_restricted_report_exists_for_the_provinces_inspectorate_alone(
    world: World, role: Role
) -> None:
    before = world.station.reports.read(world.report.id)
    assert before is not None
    commit = world.station.database.commit()
    change = restrict(
        before.report,
        is_restricted=True,
        reason="Tố cáo cán bộ",
        officer="officer-ha",
        at=world.station.clock.now(),
        operation="1" * 32,
    )
    world.station.reports.add_change(commit, before, change)
    commit.send()
    about_reports = {name: row for name, row in ROWS.items() if row.of_report}
    assert wrong_answers(world, role, about_reports, {ROOT: frozenset({T})}) == {}


@pytest.mark.parametrize("role", Role)
def test_what_is_not_to_be_seen_answers_as_what_does_not_exist(world: World, role: Role) -> None:
    browser = world.station.browser(visitor(role, OTHER_UNIT))
    world.station.database.commits = 0
    different = []
    for endpoint, (method, rule) in rules(world.station.page).items():
        if "<id:report_id>" not in rule:
            continue
        theirs = ask_for(browser, method, world.path(rule))
        nothing = ask_for(browser, method, world.path(rule, "f" * 32))
        if (
            (theirs.status_code, nothing.status_code) != (404, 404)
            # The page's own address is in it, for the switch of languages.
            or theirs.data.replace(world.report.id.encode(), b"f" * 32) != nothing.data
            or dict(theirs.headers) != dict(nothing.headers)
        ):
            different.append(endpoint)
    assert different == []
    assert world.station.database.commits == 0


def test_a_role_in_another_unit_permits_nothing_here(world: World) -> None:
    """A duty officer here who leads over there leads over there only."""
    world.station.write(
        "officers/both",
        {
            "name": "Cán bộ hai nơi",
            "email": "a@example.vn",
            "roles": [
                {"unit_id": UNIT, "role": D.value},
                {"unit_id": OTHER_UNIT, "role": L.value},
            ],
        },
    )
    browser = world.station.browser("both")
    led = [name for name, row in ROWS.items() if row.of_report and D not in row.door & row.acts]
    answers = {
        endpoint: ask_for(browser, method, world.path(rule)).status_code
        for endpoint, (method, rule) in rules(world.station.page).items()
        if endpoint in led and endpoint != "report_log"
    }
    assert answers
    assert set(answers.values()) == {403}, answers


def test_who_is_not_signed_in_gets_nowhere(world: World) -> None:
    browser = world.station.browser(None)
    for endpoint, (method, rule) in rules(world.station.page).items():
        answer = ask_for(browser, method, world.path(rule))
        if endpoint in OPENED:
            assert answer.status_code not in {401, 403, 404, 405}, endpoint
        elif method == "GET":
            assert answer.status_code == 303, endpoint
            assert answer.headers["Location"].startswith("/sign-in"), endpoint
        else:
            assert answer.status_code == 401, endpoint


def test_who_has_no_role_gets_nowhere(world: World) -> None:
    for endpoint, (method, rule) in rules(world.station.page).items():
        if endpoint not in OPENED | SIGNED_IN:
            answer = ask_for(world.station.browser(NOBODY), method, world.path(rule))
            assert answer.status_code == 403, endpoint


def test_only_the_heads_of_its_units_put_an_alert_away(world: World) -> None:
    method, rule = rules(world.station.page)["see_alert"]
    answers = {}
    for role, unit_id in product(Role, PLACES.values()):
        browser = world.station.browser(visitor(role, unit_id))
        answers[role, unit_id] = ask_for(browser, method, world.path(rule)).status_code
    put_away = {who for who, status in answers.items() if status == 303}
    assert put_away == {(H, UNIT), (H, ROOT)}
    assert set(answers.values()) == {303, 404}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_is_known(world: World, method: str) -> None:
    client = world.station.browser(visitor(H, UNIT)).client
    for endpoint, (_, rule) in rules(world.station.page).items():
        answer = client.open(
            world.path(rule), method=method, base_url=world.station.address, buffered=True
        )
        assert answer.status_code in {403, 405}, endpoint

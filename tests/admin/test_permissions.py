"""What each role may do is shown as it is in force."""

from html.parser import HTMLParser

import pytest

from functions.admin.people.permissions import ROLES, TASKS
from functions.units.roles import PERMISSIONS, Permission, Role
from tests.admin.station import ADMINISTRATOR, AUDITOR, LEAD, NOBODY, OFFICER, Station


class _Table(HTMLParser):
    """Cells of the table, row by row: the words in each, and whether it is marked as one's own."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, bool]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append(("", ("class", "own") in attrs))

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            words, is_own = self.rows[-1][-1]
            self.rows[-1][-1] = (f"{words} {data.strip()}".strip(), is_own)


def table(station: Station, who: str) -> list[list[tuple[str, bool]]]:
    """The page's table."""
    page = station.browser(who).get("/permissions").text
    parser = _Table()
    parser.feed(page[page.index("<table") : page.index("</table")])
    return parser.rows


def test_every_role_and_every_task_has_a_name() -> None:
    assert set(ROLES) == set(Role)
    assert set(TASKS) == set(Permission)
    assert len(set(ROLES.values())) == len(ROLES)
    assert len(set(TASKS.values())) == len(TASKS)


def test_the_table_says_what_the_rules_say(station: Station) -> None:
    rows = table(station, OFFICER)[1:]
    shown = {
        (task, role): cell[0] == "được"
        for task, row in zip(TASKS, rows, strict=True)
        for role, cell in zip(ROLES, row[1:], strict=True)
    }
    assert shown == {(task, role): task in PERMISSIONS[role] for task in TASKS for role in ROLES}


@pytest.mark.parametrize(
    ("who", "role"),
    [
        (OFFICER, Role.DUTY_OFFICER),
        (LEAD, Role.LEAD),
        (AUDITOR, Role.AUDITOR),
        (ADMINISTRATOR, Role.ADMINISTRATOR),
    ],
)
def test_ones_own_role_is_marked(station: Station, who: str, role: Role) -> None:
    head = table(station, who)[0]
    assert [cell[1] for cell in head[1:]] == [one is role for one in ROLES]


def test_who_has_no_role_sees_nothing(station: Station) -> None:
    assert station.browser(NOBODY).get("/permissions").status_code == 403

"""What the inbox costs, counted at the database: the same however much a unit has."""

import re

import pytest

from tests.admin.station import Station
from tests.admin.test_list import add_rows, next_of

MOST_CALLS, MOST_DOCUMENTS = 2, 51


@pytest.mark.parametrize("count", [3, 200, 1000])
def test_an_inbox_page_costs_two_calls_and_a_page_of_documents(
    station: Station, count: int
) -> None:
    add_rows(station, count)
    browser = station.browser()
    # Units and officers are remembered from here on.
    second = next_of(browser.get("/").text) or "/"
    for path in ("/", second, "/?queue=new&order=newest"):
        station.database.reads = station.database.documents = 0
        assert browser.get(path).status_code == 200
        assert station.database.reads <= MOST_CALLS, path
        assert station.database.documents <= min(count, 50) + 1 <= MOST_DOCUMENTS, path


def test_looking_at_a_list_writes_nothing(station: Station) -> None:
    add_rows(station, 3)
    browser = station.browser()
    station.database.commits = 0
    browser.get("/")
    browser.get("/counts")
    assert station.database.commits == 0


def test_the_counts_read_no_documents_but_the_session_and_what_is_saved(station: Station) -> None:
    add_rows(station, 200)
    browser = station.browser()
    browser.get("/")
    station.database.documents = 0
    page = browser.fragment("/counts").text
    assert re.search(r">99\+<", page)
    assert station.database.documents == 2

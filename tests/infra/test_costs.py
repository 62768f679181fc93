"""The cost table: its arithmetic, its sources, and the goal it is held to."""

import re

import pytest

from infra.operations import costs
from tests.infra.terraform import REPOSITORY

NOTHING = {
    "writes": 0,
    "reads": 0,
    "deletes": 0,
    "requests": {"webhook": 0},
    "vcpu_seconds": {"webhook": 0.0},
    "instance_gib": 0.5,
    "tasks": 0,
    "media_mib": 0,
    "preview_kib": 0,
    "previews_shown": 0,
    "times_opened": 0,
    "document_kib": 0,
    "log_kib": 0,
}


@pytest.mark.parametrize(
    ("counts", "thing", "dollars"),
    [
        ({"writes": 100_000}, "Firestore operations", 0.18),
        ({"reads": 100_000}, "Firestore operations", 0.06),
        ({"requests": {"webhook": 1_000_000}}, "Cloud Run", 0.40),
        ({"vcpu_seconds": {"webhook": 1e6}, "instance_gib": 0}, "Cloud Run", 33.6),
        ({"tasks": 500_000}, "Cloud Tasks", 0.40),
        ({"media_mib": 1024, "times_opened": 2}, "originals opened", 0.24),
    ],
)
def test_a_count_times_its_price(counts: dict[str, object], thing: str, dollars: float) -> None:
    found = costs.for_reports(NOTHING | counts, costs.read("prices.json"), reports=1)
    assert found[thing] == pytest.approx(dollars)


def test_a_thousand_reports_stay_within_the_goal() -> None:
    found = costs.for_reports(costs.read("measured.json"), costs.read("prices.json"))
    assert sum(found[thing] for thing in costs.RUNNING) <= 0.50
    assert sum(found.values()) <= 1.25


@pytest.mark.parametrize(("file", "day"), [("prices.json", "dated"), ("measured.json", "measured")])
def test_both_files_carry_their_date(file: str, day: str) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", costs.read(file)[day])


def test_every_page_costs_something() -> None:
    prices = costs.read("prices.json")
    few, many = (sum(costs.for_a_month(prices, pages).values()) for pages in (1, 127))
    assert few < many


def test_readme_shows_the_table_as_computed() -> None:
    readme = (REPOSITORY / "infra" / "README.md").read_text(encoding="utf-8")
    assert costs.report(costs.read("measured.json"), costs.read("prices.json")) in readme

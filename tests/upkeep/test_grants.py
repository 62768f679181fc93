"""All pages' grants are looked after, one after the other."""

import logging
from collections import Counter

import pytest

from functions.errors import Transient
from functions.upkeep.grants import GrantKeeper
from functions.zalo.tokens import Renewal


def keeper(ends: dict[str, Renewal | Exception]) -> GrantKeeper:
    def refresh_due(page_id: str) -> Renewal:
        end = ends[page_id]
        if isinstance(end, Exception):
            raise end
        return end

    return GrantKeeper(page_ids=lambda: list(ends), refresh_due=refresh_due)


def test_every_page_is_looked_after() -> None:
    ends: dict[str, Renewal | Exception] = {"a": Renewal.NOT_DUE, "b": Renewal.BUSY}

    assert keeper(ends).run() == Counter([Renewal.NOT_DUE, Renewal.BUSY])


def test_one_pages_trouble_is_not_anothers(caplog: pytest.LogCaptureFixture) -> None:
    ends: dict[str, Renewal | Exception] = {"a": Transient("away"), "b": Renewal.NOT_DUE}

    assert keeper(ends).run() == Counter([Renewal.NOT_DUE])
    (record,) = caplog.records
    assert (record.levelname, vars(record)["page"]) == ("ERROR", "a")


@pytest.mark.parametrize("renewal", Renewal)
def test_only_what_happened_is_worth_a_line(
    renewal: Renewal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    keeper({"a": renewal}).run()

    is_silent = renewal in {Renewal.NOT_DUE, Renewal.BUSY}
    assert (caplog.records == []) is is_silent

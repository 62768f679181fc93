"""The timeline of a report, as officers read it."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.admin.desk.timeline import Entry, log, timeline
from functions.reports.audit import AuditEntry
from functions.reports.model import ItemKind, TimelineItem

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
WORDS = "Quán karaoke hát đến 1 giờ sáng, số 5 Lê Lai"


def said(*texts: str, apart: timedelta = timedelta(minutes=5)) -> list[Entry]:
    """How these messages stand in the timeline, sent one after the other."""
    items = [
        TimelineItem(id=f"{number:032x}", kind=ItemKind.TEXT, at=NOON + apart * number, text=text)
        for number, text in enumerate(texts)
    ]
    days = timeline(items=items, evidence=[], audit=[], followups=[], names={})
    return [entry for day in days for entry in day.entries]


def test_the_same_words_stand_once_with_the_times_they_came_again() -> None:
    entries = said(WORDS, "Biển số thì tôi không nhớ được", WORDS.upper(), f" {WORDS}")
    assert [entry.text for entry in entries] == [WORDS, "Biển số thì tôi không nhớ được"]
    assert entries[0].again == (NOON + timedelta(minutes=10), NOON + timedelta(minutes=15))


def test_short_answers_are_never_folded() -> None:
    assert [entry.text for entry in said("Vâng ạ", "Vâng ạ")] == ["Vâng ạ", "Vâng ạ"]


def test_the_same_words_on_another_day_stand_there() -> None:
    assert len(said(WORDS, WORDS, apart=timedelta(days=1))) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"assignee_name": " > Lê Hà"}, "cán bộ xử lý: Lê Hà"),
        ({"assignee_name": "Lê Hà > "}, "cán bộ xử lý: Lê Hà → không còn"),
        ({"transfer": "- > pc08"}, "chuyển đến: pc08"),
        ({"track": "order > violation"}, "loại: An ninh trật tự → Vi phạm"),
        ({"reason": "Cần mời làm chứng"}, "lý do: Cần mời làm chứng"),
    ],
)
def test_a_change_says_what_it_was_and_what_it_became(changes: dict[str, str], words: str) -> None:
    entry = AuditEntry(
        sequence=1,
        at=NOON,
        actor="system",
        act="assigned",
        changes=changes,
        previous="",
        hash="",
    )
    assert [line.changes for line in log([entry], {})] == [words]

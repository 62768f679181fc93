"""Every transcript is what a citizen gets to read today: played again and compared."""

import difflib
import re
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from functions.followups.sentences import catalogue
from infra.local.province import read_province
from infra.local.settings import PROVINCE
from tests.emulators import Project
from tests.journeys.transcripts.script import Kind, Line, read_lines, read_script
from tests.journeys.transcripts.stage import Stage

FOLDER = Path(__file__).parent / "transcripts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
RECEIVED = re.compile(r"Mã phiếu: |Đã hủy phản ánh")
QUESTIONS = {
    key: sentence.text.split("\n")[0]
    for key, sentence in catalogue().items()
    if key.startswith("ask_")
}
MOST_AT_ONCE = 3
"""More messages than that in one minute are not read."""


def _written(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def _replies(name: str) -> list[Line]:
    return [line for line in read_lines(_written(name)) if line.kind is Kind.PAGE]


@pytest.mark.parametrize("name", NAMES)
def test_the_conversation_goes_as_it_is_written(name: str, project: Project) -> None:
    written = _written(name)

    played = Stage(project, read_province(PROVINCE), read_script(written)).play()

    difference = difflib.unified_diff(
        written.splitlines(), played.splitlines(), "written", "played", lineterm=""
    )
    told = "\n".join([*difference, f"If wanted: python -m tests.journeys.transcripts {name}"])
    assert played == written, f"\n{told}"


@pytest.mark.parametrize("name", NAMES)
def test_no_message_says_the_same_twice(name: str) -> None:
    for line in _replies(name):
        paragraphs = Counter(line.words.split("\n\n"))
        assert [text for text, count in paragraphs.items() if count > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_two_messages_in_a_row_are_the_same(name: str) -> None:
    replies = [line.words for line in _replies(name)]
    repeated = [one for one, after in pairwise(replies) if one == after]
    assert repeated == []


@pytest.mark.parametrize("name", NAMES)
def test_a_citizen_is_not_flooded(name: str) -> None:
    for at, together in groupby(_replies(name), key=lambda line: line.at):
        assert len(list(together)) <= MOST_AT_ONCE, at


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_twice_in_a_report(name: str) -> None:
    asked: Counter[str] = Counter()
    for line in _replies(name):
        if RECEIVED.search(line.words):
            asked.clear()
        asked.update(key for key, question in QUESTIONS.items() if question in line.words)
        assert [key for key, count in asked.items() if count > 1] == [], line.text()


def test_no_two_transcripts_have_the_same_title() -> None:
    titles = Counter(read_script(_written(name)).title for name in NAMES)
    assert [title for title, count in titles.items() if count > 1] == []


def test_there_is_a_transcript_for_each_journey() -> None:
    assert len(NAMES) >= 50

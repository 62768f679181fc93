"""`store_report` killed at every write to a database: another fold leaves no trace of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.emulators import MovableClock, Project, new_project
from tests.intake.desk import ME, SILENCE, Desk, Snapshot, snapshot
from tests.intake.kills import Kill, Killed
from tests.intake.phone import Phone

MINUTE = timedelta(minutes=1)
PHONE = Phone()


def _report(clock: MovableClock) -> list[bytes]:
    now = clock.now()
    unreadable = PHONE.text("?", at=now).replace(b'"text":"?"', b'"attachments":7')
    return [
        PHONE.photo("https://photo-stal-12.zdn.vn/a.jpg", at=now, caption="Xe vượt đèn đỏ"),
        unreadable,
        PHONE.text("tra cứu", at=now),
        PHONE.text("xong", at=now + MINUTE),
    ]


@dataclass(frozen=True)
class Chapter:
    """What comes in before one fold, and how many commits that fold makes."""

    name: str
    comes_in: Callable[[MovableClock], list[bytes]]
    commits: int


CHAPTERS = (
    Chapter("a report", _report, 4),
    Chapter("withdrawal", lambda clock: [PHONE.withdraws(at=clock.now())], 3),
    Chapter("return", lambda clock: [PHONE.text("Xe đỗ trên vỉa hè", at=clock.now())], 3),
    Chapter("silence", lambda clock: [], 1),
)


class Story:
    """The chapters one after another in a project of their own."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._clock = MovableClock()
        Desk(project, self._clock).found()

    def play(self, number: int, kill: Kill) -> None:
        """One chapter, in one process."""
        self._clock.advance(2 * SILENCE)
        self._desk(number).receive(*CHAPTERS[number].comes_in(self._clock))
        self._desk(number, kill).fold()

    def play_again(self, number: int) -> None:
        """The same chapter in a process that is started after the other was killed."""
        self._desk(number).fold()

    def result(self) -> Snapshot:
        """Everything in all databases."""
        return snapshot(self._project)

    def _desk(self, number: int, kill: Kill | None = None) -> Desk:
        return Desk(self._project, self._clock, seed=number, kill=kill)


@pytest.fixture(scope="module")
def undisturbed(firestore_host: str, storage_folder: Path) -> list[tuple[int, Snapshot]]:
    """How many commits each chapter makes, and what there is after it, if nobody is killed."""
    story = Story(new_project(firestore_host, storage_folder))
    results = []
    for number in range(len(CHAPTERS)):
        kill = Kill()
        story.play(number, kill)
        results.append((kill.commits, story.result()))
    return results


def test_these_are_all_its_commits(undisturbed: list[tuple[int, Snapshot]]) -> None:
    assert [commits for commits, _ in undisturbed] == [chapter.commits for chapter in CHAPTERS]


def test_the_story_leaves_two_reports_and_a_known_citizen(
    undisturbed: list[tuple[int, Snapshot]],
) -> None:
    _, end = undisturbed[-1]
    states = [fields["state"] for path, fields in end.items() if "/open/" in path]
    assert states == ["received", "received"]
    assert [path for path, fields in end.items() if fields.get("parked")] != []
    assert f"identity/people/{ME}" in end


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("number", "commit"),
    [
        pytest.param(number, commit, id=f"{chapter.name}-{commit}")
        for number, chapter in enumerate(CHAPTERS)
        for commit in range(1, chapter.commits + 1)
    ],
)
def test_a_fold_killed_at_a_commit_is_made_good_by_the_next(
    project: Project,
    undisturbed: list[tuple[int, Snapshot]],
    number: int,
    commit: int,
    is_applied: bool,
) -> None:
    story = Story(project)
    for earlier in range(number):
        story.play(earlier, Kill())

    with pytest.raises(Killed):
        story.play(number, Kill(at=commit, is_applied=is_applied))
    story.play_again(number)

    assert story.result() == undisturbed[number][1]


def test_what_killed_folds_left_unsettled_is_folded_once(project: Project) -> None:
    clock = MovableClock()
    desk = Desk(project, clock)
    desk.found()
    before_settling = {1: Kill(at=3), 2: Kill(at=2)}
    for number, kill in before_settling.items():
        desk.receive(PHONE.text(f"Xe vượt đèn đỏ, tin {number}", at=clock.now()))
        with pytest.raises(Killed):
            Desk(project, clock, seed=number, kill=kill).fold()

    desk.fold(PHONE.text("Xe vượt đèn đỏ, tin 3", at=clock.now()))
    desk.fold()

    (report,) = desk.reports.latest_of(ME)
    texts = [item.text for item in desk.reports.items(report.id)]
    assert sorted(texts) == [f"Xe vượt đèn đỏ, tin {number}" for number in (1, 2, 3)]
    assert desk.inbox.pending_for(ME) == []

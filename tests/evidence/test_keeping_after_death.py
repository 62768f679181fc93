"""The worker dies at any of its writes, before or after it was carried out, and is called again."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from functions.evidence.model import EvidenceState
from functions.reports.model import EvidenceCount
from tests.evidence.custody import Custody
from tests.evidence.media import picture
from tests.evidence.media_host import Behaviour, answering
from tests.intake.kills import Kill, Killed

JPEG = picture()


def _die_and_go_on(custody: Custody, piece: str, kill: Kill) -> None:
    with pytest.raises(Killed):
        custody.keeper(kill).keep(piece)
    custody.clock.advance(timedelta(seconds=30))
    custody.keeper().keep(piece)


def _writes(custody: Custody, content: Behaviour | bytes) -> int:
    """How many writes an undisturbed worker makes."""
    kill = Kill()
    _, [piece] = custody.report(custody.host.lay(content))
    custody.keeper(kill).keep(piece)
    return kill.commits


def test_these_are_all_the_writes_there_are(custody: Custody) -> None:
    assert _writes(custody, JPEG) == 3, "original, preview, record"
    assert _writes(custody, answering(b"", 404)) == 1, "record"


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_photograph_is_kept_once_whenever_the_worker_dies(
    custody: Custody, at: int, is_applied: bool
) -> None:
    report_id, [piece] = custody.report(custody.host.lay(JPEG))

    _die_and_go_on(custody, piece, Kill(at, is_applied))

    assert custody.piece(piece).state is EvidenceState.STORED
    assert custody.read(report_id).evidence == EvidenceCount(stored=1)
    assert custody.acts(report_id).count("evidence stored") == 1
    assert len(custody.objects("originals")) == len(custody.objects("previews")) == 1
    # Where the wake-up died with the worker, the sweep finds the receipt due.
    receipt = custody.receipt(report_id)
    assert receipt.sentence == "receipt"
    assert receipt.next_at <= custody.clock.now()


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
def test_a_loss_is_recorded_once_whenever_the_worker_dies(
    custody: Custody, is_applied: bool
) -> None:
    report_id, [piece] = custody.report(custody.host.lay(answering(b"", 404)))

    _die_and_go_on(custody, piece, Kill(1, is_applied))

    assert custody.read(report_id).evidence == EvidenceCount(failed=1)
    assert custody.problems(report_id) == ["media_gone"]


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
def test_a_try_is_never_lost_for_the_next_whenever_the_worker_dies(
    custody: Custody, is_applied: bool
) -> None:
    answers = iter([answering(b"", 500), answering(JPEG)])
    report_id, [piece] = custody.report(custody.host.lay(lambda handler: next(answers)(handler)))

    _die_and_go_on(custody, piece, Kill(1, is_applied))

    assert custody.read(report_id).evidence == EvidenceCount(stored=1)


def test_a_worker_that_comes_late_changes_nothing(custody: Custody) -> None:
    slow = iter([False, True])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if next(slow):
            answering(JPEG)(handler)
            return
        custody.keeper().keep(piece)
        answering(b"", 404)(handler)

    report_id, [piece] = custody.report(custody.host.lay(answer))

    custody.keeper().keep(piece)

    assert custody.piece(piece).state is EvidenceState.STORED
    assert custody.read(report_id).evidence == EvidenceCount(stored=1)
    assert custody.problems(report_id) == []

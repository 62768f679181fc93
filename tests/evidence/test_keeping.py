"""An attachment comes in, is kept once, and its report says so."""

import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from PIL import Image

from functions.errors import Transient
from functions.evidence.keeping import AGAIN_AFTER, MOST_TRIES
from functions.evidence.model import EvidenceState, FailureReason
from functions.followups.model import State
from functions.followups.notices import RECEIPT_WAITS_FOR_EVIDENCE, receipt_id
from functions.reports.model import EvidenceCount
from infra.local.sample_media import photograph, traffic_clip
from tests.evidence.custody import CAP, Custody
from tests.evidence.media import picture
from tests.evidence.media_host import Behaviour, answering

JPEG = picture()
SHA256 = hashlib.sha256(JPEG).hexdigest()


def test_a_photograph_is_kept_as_it_came(custody: Custody) -> None:
    report_id, [piece_id] = custody.report(custody.host.lay(JPEG))

    custody.keeper().keep(piece_id)

    piece = custody.piece(piece_id)
    assert piece.state is EvidenceState.STORED
    assert (piece.sha256, piece.size, piece.media_type) == (SHA256, len(JPEG), "image/jpeg")
    assert piece.received_at == custody.clock.now()
    name = f"{SHA256[:2]}/{SHA256}"
    kept = custody.originals.describe(name)
    assert kept is not None
    assert (piece.object_name, piece.generation, piece.crc32c) == (
        name,
        kept.generation,
        kept.crc32c,
    )
    assert kept.content_type == "image/jpeg"
    assert b"".join(custody.originals.read(name, 0, len(JPEG) - 1)) == JPEG
    assert custody.read(report_id).evidence == EvidenceCount(stored=1)


def test_what_was_stored_stands_in_the_audit_chain(custody: Custody) -> None:
    report_id, [piece_id] = custody.report(custody.host.lay(JPEG))

    custody.keeper().keep(piece_id)

    custody.read(report_id)
    entry = custody.reports.audit(report_id)[-1]
    assert (entry.actor, entry.act, entry.at) == ("system", "evidence stored", custody.clock.now())
    assert entry.changes == {"evidence": piece_id, "sha256": SHA256}


def test_a_photograph_has_a_preview_without_place(custody: Custody) -> None:
    _, [piece_id] = custody.report(custody.host.lay(JPEG))

    custody.keeper().keep(piece_id)

    name = custody.piece(piece_id).preview_name
    assert name is not None
    kept = custody.previews.describe(name)
    assert kept is not None
    assert kept.content_type == "image/webp"
    preview = b"".join(custody.previews.read(name, 0, kept.size - 1))
    with Image.open(io.BytesIO(preview)) as opened:
        assert dict(opened.getexif()) == {}


def test_a_clip_is_kept_without_a_preview(custody: Custody) -> None:
    _, [piece_id] = custody.report(custody.host.lay(traffic_clip()))

    custody.keeper().keep(piece_id)

    piece = custody.piece(piece_id)
    assert (piece.media_type, piece.preview_name) == ("video/mp4", None)
    assert custody.objects("previews") == []


def test_a_picture_that_no_codec_can_read_is_kept_all_the_same(custody: Custody) -> None:
    _, [piece_id] = custody.report(custody.host.lay(JPEG[:400]))

    custody.keeper().keep(piece_id)

    piece = custody.piece(piece_id)
    assert (piece.state, piece.preview_name) == (EvidenceState.STORED, None)


def test_the_address_at_zalo_is_forgotten_when_it_is_settled(custody: Custody) -> None:
    _, [stored, failed] = custody.report(
        custody.host.lay(JPEG), custody.host.lay(answering(b"", 404))
    )

    for piece in (stored, failed):
        custody.keeper().keep(piece)

    for piece in (stored, failed):
        document = custody.database.read(f"evidence/{piece}")
        assert document is not None
        assert custody.host.origin not in repr(document.fields)


def test_what_is_settled_is_found_by_no_sweep(custody: Custody) -> None:
    _, [piece_id] = custody.report(custody.host.lay(JPEG))
    due = custody.clock.now()
    assert [piece.id for piece in custody.evidence.overdue(due)] == [piece_id]

    custody.keeper().keep(piece_id)

    assert custody.evidence.overdue(due + timedelta(days=1)) == []


def test_keeping_again_does_nothing(custody: Custody) -> None:
    report_id, [piece_id] = custody.report(custody.host.lay(JPEG))
    custody.keeper().keep(piece_id)
    before = custody.read(report_id)

    custody.keeper().keep(piece_id)

    assert custody.read(report_id) == before
    assert len(custody.host.asked) == 1


def test_an_attachment_that_is_not_known_is_nobody_s_work(custody: Custody) -> None:
    custody.keeper().keep("unknown")

    assert custody.woken == []


def test_two_workers_at_once_keep_it_once(custody: Custody) -> None:
    both_are_fetching = threading.Barrier(2)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        both_are_fetching.wait(10)
        answering(JPEG)(handler)

    report_id, [piece_id] = custody.report(custody.host.lay(answer))

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda keeper: keeper.keep(piece_id), [custody.keeper() for _ in "ab"]))

    assert custody.read(report_id).evidence == EvidenceCount(stored=1)
    assert custody.acts(report_id).count("evidence stored") == 1
    assert len(custody.objects("originals")) == 1
    assert custody.woken == [receipt_id(report_id)]


def test_two_pieces_of_a_report_at_once_are_both_counted(custody: Custody) -> None:
    both_are_fetching = threading.Barrier(2)

    def answer(content: bytes) -> Behaviour:
        def send(handler: BaseHTTPRequestHandler) -> None:
            both_are_fetching.wait(10)
            answering(content)(handler)

        return send

    report_id, pieces = custody.report(
        custody.host.lay(answer(JPEG)), custody.host.lay(answer(photograph("rocket.jpg")))
    )

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda piece: custody.keeper().keep(piece), pieces))

    assert custody.read(report_id).evidence == EvidenceCount(stored=2)
    assert custody.woken == [receipt_id(report_id)]


def test_the_same_bytes_in_two_reports_are_one_object(custody: Custody) -> None:
    first_report, [first] = custody.report(custody.host.lay(JPEG))
    second_report, [second] = custody.report(custody.host.lay(JPEG))

    for piece in (first, second):
        custody.keeper().keep(piece)

    assert len(custody.objects("originals")) == 1
    assert custody.piece(first).object_name == custody.piece(second).object_name
    assert custody.piece(first).generation == custody.piece(second).generation
    for report_id in (first_report, second_report):
        assert custody.read(report_id).evidence == EvidenceCount(stored=1)


@pytest.mark.parametrize(
    ("behaviour", "reason", "sentence"),
    [
        (answering(JPEG + bytes(CAP)), FailureReason.TOO_LARGE, "media_too_large"),
        (answering(b"<html>" * 100), FailureReason.UNSUPPORTED, "media_unsupported"),
        (answering(b"", 410), FailureReason.GONE, "media_gone"),
        (answering(b"", 302), FailureReason.FOREIGN_HOST, "media_unreachable"),
    ],
    ids=lambda value: value.name if isinstance(value, FailureReason) else "",
)
def test_what_cannot_be_kept_is_told_to_officer_and_reporter(
    custody: Custody, behaviour: Behaviour, reason: FailureReason, sentence: str
) -> None:
    report_id, [piece_id] = custody.report(custody.host.lay(behaviour))

    custody.keeper().keep(piece_id)

    piece = custody.piece(piece_id)
    assert (piece.state, piece.reason) == (EvidenceState.FAILED, reason)
    assert custody.read(report_id).evidence == EvidenceCount(failed=1)
    assert custody.reports.audit(report_id)[-1].changes["reason"] == reason.value
    assert custody.problems(report_id) == [sentence]
    assert custody.objects("originals") == []


@pytest.mark.parametrize("address", ["https://evil.com/a.jpg", None])
def test_an_attachment_that_lies_elsewhere_is_not_fetched(
    custody: Custody, address: str | None
) -> None:
    _, [piece_id] = custody.report(address)

    custody.keeper().keep(piece_id)

    assert custody.piece(piece_id).reason is FailureReason.FOREIGN_HOST


def test_a_reporter_is_told_of_each_kind_of_problem_once(custody: Custody) -> None:
    report_id, pieces = custody.report(
        *(custody.host.lay(answering(b"", 404)) for _ in range(3)),
        custody.host.lay(answering(b"<html>")),
    )

    for piece in pieces:
        custody.keeper().keep(piece)

    assert custody.problems(report_id) == ["media_gone", "media_unsupported"]
    assert custody.read(report_id).evidence == EvidenceCount(failed=4)


def test_the_same_problem_in_another_report_is_told_again(custody: Custody) -> None:
    reports = [custody.report(custody.host.lay(answering(b"", 404))) for _ in range(2)]

    for _, [piece] in reports:
        custody.keeper().keep(piece)

    assert [custody.problems(report_id) for report_id, _ in reports] == [["media_gone"]] * 2


def test_a_limit_that_was_passed_is_told_in_megabytes(custody: Custody) -> None:
    report_id, [piece] = custody.report(custody.host.lay(answering(JPEG + bytes(CAP))))

    custody.keeper().keep(piece)

    told = custody.followups.of_report(report_id)
    assert [each.values["gioi_han"] for each in told if "gioi_han" in each.values] == ["1 MB"]


def test_the_last_piece_releases_the_receipt_at_once(custody: Custody) -> None:
    report_id, [first, last] = custody.report(
        custody.host.lay(JPEG), custody.host.lay(traffic_clip())
    )
    waits_until = custody.clock.now() - timedelta(seconds=5) + RECEIPT_WAITS_FOR_EVIDENCE

    custody.keeper().keep(first)
    assert custody.receipt(report_id).next_at == waits_until
    assert custody.woken == []

    custody.keeper().keep(last)
    released = custody.receipt(report_id)
    assert released.next_at == custody.clock.now()
    assert (released.sentence, released.values["so_tep"]) == ("receipt", "2")
    assert custody.woken == [released.id]


def test_a_receipt_says_what_is_missing(custody: Custody) -> None:
    report_id, pieces = custody.report(
        custody.host.lay(JPEG), custody.host.lay(answering(b"", 404))
    )

    for piece in pieces:
        custody.keeper().keep(piece)

    released = custody.receipt(report_id)
    assert released.sentence == "receipt_incomplete"
    assert (released.values["so_tep"], released.values["so_tep_loi"]) == ("1", "1")


def test_a_receipt_that_has_gone_out_is_left_as_it_was(custody: Custody) -> None:
    report_id, [piece] = custody.report(custody.host.lay(JPEG))
    found = custody.followups.read(receipt_id(report_id))
    assert found is not None
    sent = found.followup.model_copy(update={"state": State.SENT, "text": "đã gửi"})
    custody.followups.change(found, sent)

    custody.keeper().keep(piece)

    assert custody.receipt(report_id).state is State.SENT
    assert custody.woken == []


def test_a_report_still_being_gathered_has_no_receipt_to_release(custody: Custody) -> None:
    report_id, [piece] = custody.report(custody.host.lay(JPEG), gathering=True)

    custody.keeper().keep(piece)

    assert custody.read(report_id).evidence == EvidenceCount(stored=1)
    assert custody.woken == []


def test_a_host_in_trouble_is_asked_again_later_and_later(custody: Custody) -> None:
    report_id, [piece] = custody.report(custody.host.lay(answering(b"", 500)))
    waits: list[timedelta] = []

    for tries in range(1, MOST_TRIES):
        with pytest.raises(Transient):
            custody.keeper().keep(piece)
        assert custody.piece(piece).tries == tries
        waits.append(custody.piece(piece).next_at - custody.clock.now())

    assert waits == [AGAIN_AFTER * tries for tries in range(1, MOST_TRIES)]
    assert custody.read(report_id).evidence == EvidenceCount(pending=1)


def test_a_host_that_stays_in_trouble_is_given_up(custody: Custody) -> None:
    report_id, [piece] = custody.report(custody.host.lay(answering(b"", 500)))

    for _ in range(MOST_TRIES - 1):
        with pytest.raises(Transient):
            custody.keeper().keep(piece)
    custody.keeper().keep(piece)

    given_up = custody.piece(piece)
    assert (given_up.state, given_up.reason, given_up.tries) == (
        EvidenceState.FAILED,
        FailureReason.UNREACHABLE,
        MOST_TRIES,
    )
    assert custody.problems(report_id) == ["media_unreachable"]
    assert len(custody.host.asked) == MOST_TRIES


def test_a_host_that_recovers_is_believed(custody: Custody) -> None:
    answers = iter([answering(b"", 500), answering(b""), answering(JPEG)])
    report_id, [piece] = custody.report(custody.host.lay(lambda handler: next(answers)(handler)))

    for _ in range(2):
        with pytest.raises(Transient):
            custody.keeper().keep(piece)
    custody.keeper().keep(piece)

    assert custody.read(report_id).evidence == EvidenceCount(stored=1)


def test_a_download_that_does_not_match_zalo_s_checksum_is_not_kept(custody: Custody) -> None:
    _, [piece] = custody.report(custody.host.lay(JPEG), checksum="0" * 32)

    with pytest.raises(Transient, match="checksum"):
        custody.keeper().keep(piece)

    assert custody.piece(piece).state is EvidenceState.PENDING
    assert custody.objects("originals") == []


def test_a_checksum_counts_in_any_case(custody: Custody) -> None:
    checksum = hashlib.md5(JPEG, usedforsecurity=False).hexdigest().upper()
    _, [piece] = custody.report(custody.host.lay(JPEG), checksum=checksum)

    custody.keeper().keep(piece)

    assert custody.piece(piece).state is EvidenceState.STORED

"""A station in which every field that anybody can write holds the same words, and its pages."""

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from functions.admin.acts.drafts import DraftStore, Proposal, Words
from functions.admin.acts.texts import CannedText, TextStore
from functions.admin.desk.saved import SavedView, SavedViews
from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.evidence.model import FailureReason
from functions.followups.model import FollowUp, Kind, State
from functions.identity.openings import By, Case, alert_of, approve, ask, read, refuse
from functions.reports.account import Account, Fact, Finding
from functions.reports.lifecycle import Change, audited
from functions.reports.model import (
    ItemKind,
    Outcome,
    OutcomeCode,
    Report,
    ReportState,
    TimelineItem,
    Transfer,
)
from functions.units.roles import Role
from tests.admin.station import INVESTIGATOR, LEAD, LINEAGES, OTHER_UNIT, ROOT, UNIT, Station

CORPUS = Path(__file__).parents[1] / "fixtures" / "xss.txt"
TAME = "Lời kể"
_CHUNK_CHARACTERS = 400
_OWN_ADDRESSES = ("/", "#", "?")
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href"}


def payloads() -> list[str]:
    """The corpus, one by one."""
    lines = CORPUS.read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]


def chunks() -> list[list[str]]:
    """The corpus in parts that fit into a field."""
    parts: list[list[str]] = [[]]
    for payload in payloads():
        if sum(map(len, parts[-1])) + len(parts[-1]) + len(payload) > _CHUNK_CHARACTERS:
            parts.append([])
        parts[-1].append(payload)
    return parts


class Skeleton(HTMLParser):
    """A page without its words: tags and the names of their attributes; and its words alone."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bones: list[tuple[str, ...]] = []
        self.said: list[str] = []
        self.harm: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Which option is chosen depends on the order of names, which words may well change.
        self.bones.append((tag, *(name for name, _ in attrs if name != "selected")))
        for name, value in attrs:
            self._judge(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self.bones.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.bones.append(("comment",))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def _judge(self, tag: str, name: str, value: str) -> None:
        is_address = name in _ADDRESSES or name in {"hx-get", "hx-post"}
        leads_away = is_address and value and not value.startswith(_OWN_ADDRESSES)
        if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc", "ping"}:
            self.harm.append(f"<{tag} {name}>")
        elif leads_away or (is_address and urlsplit(value).netloc):
            self.harm.append(f"<{tag} {name}={value!r}>")

    @property
    def words(self) -> str:
        """All that is read in the page."""
        return "".join(self.said)


def fill(station: Station, groups: Sequence[Sequence[str]]) -> list[Report]:
    """Words wherever somebody can put words: one report, unit, officer and text for each group."""
    reports = []
    for number, group in enumerate(groups):
        words = unicodedata.normalize("NFC", " ".join(group))
        _people(station, number, words)
        reports.append(_report(station, number, group, words))
        _around(station, reports[-1], number, words)
        station.clock.advance(timedelta(seconds=1))
    return reports


def _people(station: Station, number: int, words: str) -> None:
    commit = station.database.commit()
    commit.put(
        f"units/unit-{number}",
        {
            "name": words,
            "short_name": words,
            "kind": "team",
            "parent_id": UNIT,
            "lineage": [ROOT, UNIT, f"unit-{number}"],
            "aliases": [words],
        },
    )
    commit.put(
        f"officers/hostile-{number}",
        {
            "name": words,
            "email": "a@example.vn",
            "roles": [{"unit_id": UNIT, "role": Role.INVESTIGATOR.value}],
        },
    )
    commit.send()


def _report(station: Station, number: int, group: Sequence[str], words: str) -> Report:
    now, report_id = station.clock.now(), f"{number:032x}"
    is_ended = number % 3 == 2
    findings = [
        Finding(fact=fact, item_id=f"{report_id}-0", at=now, value=value, said=words)
        for fact, value in (
            (Fact.ACT, ""),
            (Fact.PLACE, ""),
            (Fact.SUBJECT, words if number % 2 else ""),
            (Fact.ONGOING, "yes"),
            (Fact.SOURCE, ""),
            (Fact.PHONE, words),
        )
    ]
    report = station.report(
        # The timeline folds words that came before, and payloads may differ in capitals alone.
        *(f"{text} {place}" for place, text in enumerate(group)),
        report_id=report_id,
        place=(9.9347, 106.3453),
        account=Account(findings=tuple(findings)),
        assignee=f"hostile-{number}",
        assignee_name=words,
        extension_reason=words,
        accepted_at=now,
        accepted_by=words,
        suggested_unit_id=f"unit-{number}",
        transfer=None
        if number % 3
        else Transfer(
            from_unit=UNIT,
            to_unit=OTHER_UNIT,
            to_lineage=LINEAGES[OTHER_UNIT],
            reason=words,
            asked_at=now,
            asked_by="officer-ha",
        ),
        state=ReportState.CONCLUDED if is_ended else ReportState.ACCEPTED,
        outcome=Outcome(
            version=1,
            code=OutcomeCode.FINED,
            reason=words,
            note=words,
            decided_at=now,
            decided_by=f"hostile-{number}",
            tell_at=now,
        )
        if is_ended
        else None,
    )
    station.attach(report, b"\xff\xd8\xff\xe0", "image/jpeg", name=words)
    station.clock.advance(timedelta(seconds=1))
    station.attach(report, reason=FailureReason.GONE, name=words)
    _write_in(station, report, words)
    return report


def _write_in(station: Station, report: Report, words: str) -> None:
    before = station.reports.read(report.id)
    assert before is not None
    now = station.clock.now()
    written = [
        TimelineItem(id=f"{report.id}-{kind}", kind=kind, at=now, text=words, author="officer-ha")
        for kind in (ItemKind.NOTE, ItemKind.QUESTION, ItemKind.REPLY, ItemKind.OTHER)
    ]
    change = audited(
        before.report,
        actor=f"officer:{report.assignee}",
        act="transfer offered",
        at=now,
        changes={"reason": words, "unit": f"before > {words}"},
    )
    commit = station.database.commit()
    station.reports.add_change(commit, before, Change(change.report, change.entries), written)
    station.followups.add_new(
        commit,
        FollowUp(
            id=f"{report.id}-told",
            kind=Kind.OUTCOME,
            citizen=report.citizen,
            page_id=report.page_id,
            unit_id=report.unit_id,
            report_id=report.id,
            sentence="outcome",
            created_at=now,
            due_at=now,
            next_at=now,
            state=State.HELD,
            text=words,
            sentence_for_officer=words,
        ),
    )
    commit.send()


def _around(station: Station, report: Report, number: int, words: str) -> None:
    now = station.clock.now()
    TextStore(station.database).keep(
        CannedText(
            id=f"text-{number}",
            unit_id=UNIT,
            title=words[:80],
            text=words,
            changed_at=now,
            changed_by="officer-ha",
        )
    )
    drafts, commit = DraftStore(station.database), station.database.commit()
    drafts.propose(
        commit,
        report.id,
        Proposal(kind=Words.REPLY, text=words, by=f"hostile-{number}", by_name=words, at=now),
    )
    case = Case(
        report_id=report.id, code=report.code, citizen=report.citizen, audience=LINEAGES[UNIT]
    )
    hostile, lead = By(subject=f"hostile-{number}", name=words), By(subject=LEAD, name=words)
    investigator = By(subject=INVESTIGATOR, name=words)
    asked = [
        ask(f"opening-{number}-{step}", case, by=hostile, reason=words, at=now) for step in range(3)
    ]
    was_read = read(approve(asked[1], by=lead, at=now), by=hostile, reading="0" * 32, at=now)
    refused = refuse(asked[2], by=lead, answer=words, at=now)
    own = ask(f"opening-{number}-own", case, by=investigator, reason=words, at=now)
    for one in (asked[0], was_read, refused, own):
        station.identities.openings.add_new(commit, one)
    station.identities.openings.add_alert(commit, alert_of(was_read, case.audience))
    AccessLog(station.database).add(
        commit,
        AccessEntry(
            at=now,
            officer=f"hostile-{number}",
            name=words,
            kind=AccessKind.EXPORT if number % 2 else AccessKind.IDENTITY,
            unit_id=UNIT,
            lineage=LINEAGES[UNIT],
            report_id="" if number % 2 else report.id,
            code=report.code,
            subject=words,
            reason=words,
        ),
    )
    commit.send()
    for kind in (Words.NOTE, Words.QUESTION):
        drafts.keep(report.id, LEAD, kind, words, at=now)
    saved = SavedView(id=f"saved-{number}", name=words, unit=UNIT if number % 2 else words)
    SavedViews(station.database).change(LEAD, lambda before: (*before, saved))

"""One officers' page with all it needs, on real emulators, for one test."""

import hashlib
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import urllib3
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from pydantic import BaseModel

from functions.admin.connections.consents import Consents
from functions.admin.door.proxy import Proxy
from functions.admin.door.sessions import Sessions
from functions.admin.door.sign_in import SignIn
from functions.admin.entrance import Services, create_app
from functions.admin.people.identities import Identities
from functions.admin.records.logs import AccessLog
from functions.cloud.firestore import Commit, Database, Stored
from functions.cloud.tasks import Queue
from functions.evidence.model import Evidence, EvidenceState, FailureReason
from functions.evidence.previews import MEDIA_TYPE, preview_of
from functions.evidence.store import EvidenceStore
from functions.followups.entrance import KeepContact
from functions.followups.model import FollowUp
from functions.followups.store import FollowUpStore
from functions.identity.disclosure import Disclosed
from functions.identity.store import OpeningStore
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, add_items, open_report, receive, settle_evidence
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.reports.store import ReportStore, StoredReport
from functions.settings import AdminSettings, IssuerSettings, Secret
from functions.units.store import PageTokenStore, UnitStore
from functions.zalo.grants import Consent
from functions.zalo.http import ZaloHttp
from functions.zalo.oauth import OAuth
from tests.admin.browsing import Browser
from tests.admin.issuer import CLIENT_ID, CLIENT_SECRET, Issuer
from tests.emulators import MovableClock, Project

ADDRESS = "http://127.0.0.1:8080"
ROOT, UNIT, OTHER_UNIT, THIRD_UNIT = "ca-hai-minh", "pc08", "cax-an-hoa", "pc08-doi-1"
TEAM = "pc08-doi-2"
"""Below UNIT; the others lie side by side below ROOT."""
LINEAGES = {
    ROOT: (ROOT,),
    UNIT: (ROOT, UNIT),
    OTHER_UNIT: (ROOT, OTHER_UNIT),
    THIRD_UNIT: (ROOT, THIRD_UNIT),
    TEAM: (ROOT, UNIT, TEAM),
}
OFFICER, COLLEAGUE, STRANGER, NOBODY = "officer-minh", "officer-khanh", "officer-tuan", "nobody"
ADMINISTRATOR = "officer-phuc"
LEAD, INVESTIGATOR, UNIT_HEAD, INSPECTOR = (
    "officer-ha",
    "officer-dung",
    "officer-lan",
    "officer-thao",
)
SUPERVISOR, AUDITOR, EDITOR, PRESS = "officer-vinh", "officer-nga", "officer-son", "officer-yen"
BELOW = "officer-tam"
"""A duty officer of TEAM."""
PAGE, OTHER_PAGE = "2100000000000000001", "2100000000000000003"
ZALO = "https://oauth.zalo.example"


class CountedDatabase(Database):
    """Counts what is asked of it."""

    reads = 0
    documents = 0
    commits = 0

    def commit(self) -> Commit:
        """A commit, counted."""
        self.commits += 1
        return super().commit()

    def read_many(self, paths: Sequence[str]) -> list[Stored | None]:
        """Documents, counted."""
        self.reads += bool(paths)
        self.documents += len(paths)
        return super().read_many(paths)

    def find(self, *arguments: object, **named: object) -> list[Stored]:
        """A query, counted."""
        found = super().find(*arguments, **named)  # type: ignore[arg-type]
        self.reads += 1
        self.documents += len(found)
        return found


@dataclass
class RememberedWakes:
    """Wake-ups, remembered instead of made."""

    made: list[tuple[Queue, BaseModel, datetime | None]] = field(default_factory=list)

    def wake(self, queue: Queue, body: BaseModel, *, at: datetime | None = None) -> None:
        """Remember it."""
        self.made.append((queue, body, at))


@dataclass
class RememberedConsents:
    """Plays `upkeep`, which puts a consent into force."""

    given: list[tuple[str, str, str | None]] = field(default_factory=list)
    end: Consent | Exception = Consent.CONNECTED

    def connect(self, page_id: str, code: str, verifier: str | None) -> Consent:
        """Remember it, and end it as a test says."""
        self.given.append((page_id, code, verifier))
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


@dataclass
class RememberedReadings:
    """Plays `send_followup`, which alone reads the vault."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    end: Disclosed | Exception = field(default_factory=lambda: Disclosed(is_known=False))

    def disclose(self, opening_id: str, reading: str) -> Disclosed:
        """Remember it, and end it as a test says."""
        self.asked.append((opening_id, reading))
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


@dataclass
class RememberedContacts:
    """Plays `send_followup`, which alone writes to the vault."""

    asked: list[KeepContact] = field(default_factory=list)
    end: Exception | None = None

    def keep(self, asked: KeepContact) -> None:
        """Remember it, and end it as a test says."""
        self.asked.append(asked)
        if self.end is not None:
            raise self.end


class Station:
    """The page, the stores behind it, and how to fill them."""

    def __init__(
        self,
        project: Project,
        clock: MovableClock,
        issuer: Issuer,
        compiled: Path,
        address: str = ADDRESS,
    ) -> None:
        self.compiled = compiled
        self.has_challenge = True
        self.clock = clock
        self.issuer = issuer
        self.address = address
        self.database = CountedDatabase(project.firestore_client())
        self.reports = ReportStore(self.database, bytes(range(32)))
        self.evidence = EvidenceStore(self.database)
        self.followups = FollowUpStore(self.database)
        self.originals = project.bucket("originals")
        self.previews = project.bucket("previews")
        self.wakes = RememberedWakes()
        self.upkeep = RememberedConsents()
        self.page_tokens = PageTokenStore(self.database)
        self.settings = AdminSettings(
            admin_url=address,
            upkeep_url="http://127.0.0.1:8085",
            session_secret=Secret("a secret of this test"),
        )
        self.sign_in: IssuerSettings | None = IssuerSettings(
            issuer=issuer.address, client_id=CLIENT_ID, client_secret=Secret(CLIENT_SECRET)
        )
        self.sessions = Sessions(
            self.database,
            clock=clock,
            draw=secrets.token_bytes,
            secret=self.settings.session_secret,
            idle=timedelta(minutes=self.settings.idle_minutes),
            absolute=timedelta(hours=self.settings.absolute_hours),
        )
        self.proxy: Proxy | None = None
        self.leave_path: str | None = None
        self.vault = RememberedReadings()
        self.contacts = RememberedContacts()
        self.identities = Identities(
            self.database,
            self.reports,
            OpeningStore(self.database),
            AccessLog(self.database),
            disclose=self.vault.disclose,
        )
        self._fill()

    @cached_property
    def page(self) -> Flask:
        """The application of this station."""
        return self.app()

    def app(self) -> Flask:
        """A new application, as `functions.wiring` builds it."""
        settings, issuer = self.settings, self.sign_in
        sign_in = (
            None
            if issuer is None
            else SignIn(
                urllib3.PoolManager(),
                issuer=issuer.issuer,
                client_id=issuer.client_id,
                client_secret=issuer.client_secret,
                redirect_uri=f"{settings.admin_url}/sign-in/callback",
                secret=settings.session_secret,
                clock=self.clock,
                draw=secrets.token_bytes,
                allowed_acr=settings.allowed_acr,
            )
        )
        page = create_app(
            Services(
                reports=self.reports,
                evidence=self.evidence,
                followups=self.followups,
                units=UnitStore(self.database),
                database=self.database,
                sessions=self.sessions,
                originals=self.originals,
                previews=self.previews,
                clock=self.clock,
                queues=self.wakes,
                sign_in=sign_in,
                page_tokens=self.page_tokens,
                consents=Consents(
                    self.database,
                    OAuth(ZaloHttp(), ZALO),
                    redirect_uri=f"{settings.admin_url}/connections/callback",
                    secret=settings.session_secret,
                    clock=self.clock,
                    draw=secrets.token_bytes,
                    connect=self.upkeep.connect,
                    has_challenge=self.has_challenge,
                ),
                identities=self.identities,
                keep_contact=self.contacts.keep,
                settings=settings,
                draw=secrets.token_bytes,
                proxy=self.proxy,
                leave_path=self.leave_path,
            )
        )
        # Every test has its own application; compiling the templates anew would take half the time.
        page.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(self.compiled))
        return page

    def browser(self, subject: str | None = OFFICER) -> Browser:
        """A browser, signed in as `subject` unless that is None."""
        client = self.page.test_client()
        browser = Browser(client, self.address)
        if subject is not None:
            session = self.sessions.begin(subject)
            browser.form_token = session.form_token
            name = "__Host-officer" if self.address.startswith("https") else "tin_bao_officer"
            client.set_cookie(name, session.id, domain="127.0.0.1")
        return browser

    def client_of(self, browser: Browser) -> FlaskClient:
        """The same browser after the page was started anew."""
        client = self.app().test_client()
        cookie = browser.client.get_cookie("tin_bao_officer", "127.0.0.1")
        assert cookie is not None
        client.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
        return client

    def require_acr(self, *allowed: str) -> None:
        """Take only sign-ins by these methods."""
        self.settings = replace(self.settings, allowed_acr=allowed)

    def write(self, path: str, fields: dict[str, object]) -> None:
        """One document, as it is."""
        commit = self.database.commit()
        commit.put(path, fields)
        commit.send()

    def _fill(self) -> None:
        commit = self.database.commit()
        for unit_id, name, short in (
            (ROOT, "Công an tỉnh Hải Minh", "CA tỉnh"),
            (TEAM, "Đội Cảnh sát giao thông đường bộ số 2", "Đội CSGT số 2"),
            (UNIT, "Phòng Cảnh sát giao thông, Công an tỉnh Hải Minh", "Phòng CSGT"),
            (OTHER_UNIT, "Công an xã An Hòa", "CAX An Hòa"),
            (THIRD_UNIT, "Đội Cảnh sát giao thông đường bộ số 1", "Đội CSGT số 1"),
        ):
            commit.put(
                f"units/{unit_id}",
                {
                    "name": name,
                    "short_name": short,
                    "kind": "division",
                    "parent_id": LINEAGES[unit_id][-2] if unit_id != ROOT else None,
                    "lineage": LINEAGES[unit_id],
                },
            )
        for subject, name, units, role in (
            (OFFICER, "Thiếu tá Nguyễn Thị Minh", [UNIT, THIRD_UNIT], "duty_officer"),
            (COLLEAGUE, "Đại úy Trần Quốc Khánh", [UNIT], "duty_officer"),
            (STRANGER, "Thượng úy Phạm Anh Tuấn", [OTHER_UNIT], "duty_officer"),
            (BELOW, "Trung úy Vũ Thành Tâm", [TEAM], "duty_officer"),
            (LEAD, "Trung tá Lê Thu Hà", [UNIT], "lead"),
            (INVESTIGATOR, "Đại úy Hoàng Trung Dũng", [UNIT], "investigator"),
            (UNIT_HEAD, "Thượng tá Đỗ Ngọc Lan", [UNIT], "unit_head"),
            (INSPECTOR, "Thiếu tá Mai Phương Thảo", [ROOT], "inspectorate"),
            (SUPERVISOR, "Đại tá Ngô Quang Vinh", [ROOT], "province_supervisor"),
            (AUDITOR, "Đại úy Trịnh Hằng Nga", [ROOT], "auditor"),
            (EDITOR, "Thượng úy Cao Hải Sơn", [ROOT], "knowledge_editor"),
            (PRESS, "Thượng úy Đinh Hải Yến", [ROOT], "press_officer"),
            (ADMINISTRATOR, "Thượng úy Bùi Gia Phúc", [UNIT], "administrator"),
        ):
            roles = [{"unit_id": unit_id, "role": role} for unit_id in units]
            commit.put(
                f"officers/{subject}", {"name": name, "email": "a@example.vn", "roles": roles}
            )
        for page_id, name, unit_id in (
            (PAGE, "CSGT Công an tỉnh Hải Minh", UNIT),
            (OTHER_PAGE, "Công an xã An Hòa", OTHER_UNIT),
        ):
            commit.put(
                f"pages/{page_id}",
                {"name": name, "app_id": "1100000000000000001", "unit_id": unit_id, "oa_type": 4},
            )
        commit.send()

    # What citizens sent, through the record's own rules.

    def report(
        self,
        *texts: str,
        unit_id: str = UNIT,
        place: tuple[float, float] | None = None,
        is_received: bool = True,
        report_id: str | None = None,
        **fields: object,
    ) -> Report:
        """A report with those texts; `fields` as intake or officers left them."""
        now = self.clock.now()
        report_id = report_id or secrets.token_hex(16)
        opened = open_report(
            report_id=report_id,
            code=code_from(secrets.token_bytes(5)),
            unit_id=unit_id,
            page_id="2100000000000000001",
            citizen="k7f2qxw3a5mzd6n4p8r9s2t3u4",
            at=now,
            lineage=LINEAGES[unit_id],
        )
        items = [
            TimelineItem(id=f"{report_id}-{number}", kind=ItemKind.TEXT, at=now, text=text)
            for number, text in enumerate(texts)
        ]
        if place is not None:
            items.append(
                TimelineItem(
                    id=f"{report_id}-place",
                    kind=ItemKind.LOCATION,
                    at=now,
                    latitude=place[0],
                    longitude=place[1],
                )
            )
        report = add_items(opened.report, items, now)
        entries = opened.entries
        if is_received:
            received = receive(report, at=now, because="done")
            report, entries = received.report, (*entries, *received.entries)
        report = report.model_copy(update=fields)
        commit = self.database.commit()
        self.reports.add_new(commit, report, entries, items)
        commit.send()
        return report

    def attach(
        self,
        report: Report,
        content: bytes | None = None,
        media_type: str = "image/jpeg",
        *,
        name: str | None = None,
        reason: FailureReason | None = None,
    ) -> Evidence:
        """One more attachment: stored if there is content, lost for a reason, else pending."""
        before = self._read(report)
        now = self.clock.now()
        evidence = Evidence(
            id=secrets.token_hex(16),
            report_id=report.id,
            unit_id=report.unit_id,
            page_id=report.page_id,
            citizen=report.citizen,
            sent_at=now,
            kind={"image": "image", "video": "video", "audio": "audio"}.get(
                media_type.partition("/")[0], "file"
            ),
            name=name,
            next_at=now,
        )
        item = TimelineItem(
            id=f"{evidence.id}-item", kind=ItemKind.EVIDENCE, at=now, evidence_id=evidence.id
        )
        after = add_items(before.report, [item], now)
        commit = self.database.commit()
        self.evidence.add_new(commit, evidence)
        self.reports.add_change(commit, before, Change(after), [item])
        commit.send()
        if content is not None:
            evidence = self.settle(evidence, self._kept(content, media_type), None)
        elif reason is not None:
            evidence = self.settle(
                evidence, {"state": EvidenceState.FAILED, "reason": reason}, reason.value
            )
        return evidence

    def settle(
        self, evidence: Evidence, result: Mapping[str, object], reason: str | None
    ) -> Evidence:
        """The attachment is safe or lost."""
        found = self.evidence.read(evidence.id)
        report = self.reports.read(evidence.report_id)
        assert found is not None
        assert report is not None
        after = evidence.model_copy(update=result)
        change = settle_evidence(
            report.report,
            evidence_id=evidence.id,
            at=self.clock.now(),
            sha256=after.sha256,
            reason=reason,
        )
        commit = self.database.commit()
        self.evidence.add_change(commit, found, after)
        self.reports.add_change(commit, report, change)
        commit.send()
        return after

    def _kept(self, content: bytes, media_type: str) -> dict[str, object]:
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{sha256[:2]}/{sha256}"
        self.originals.keep(
            name, io.BytesIO(content), size=len(content), content_type=media_type, metadata={}
        )
        picture = preview_of(io.BytesIO(content), media_type)
        if picture is not None:
            self.previews.keep(
                name, io.BytesIO(picture), size=len(picture), content_type=MEDIA_TYPE, metadata={}
            )
        return {
            "state": EvidenceState.STORED,
            "received_at": self.clock.now(),
            "sha256": sha256,
            "size": len(content),
            "media_type": media_type,
            "object_name": name,
            "preview_name": name if picture is not None else None,
        }

    def now_of(self, report: Report) -> Report:
        """The report as it stands in the record."""
        return self._read(report).report

    def owed(self, report: Report) -> list[FollowUp]:
        """What the reporter is owed or was told."""
        return self.followups.of_report(report.id)

    def _read(self, report: Report) -> StoredReport:
        found = self.reports.read(report.id)
        assert found is not None
        return found

"""What works on the record: the worker, the keeper, the sender, the sweep."""

from __future__ import annotations

import json
import secrets
import time
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from functions.errors import OperatorNeeded
from functions.settings import (
    BucketSettings,
    EvidenceSettings,
    IdentitySettings,
    InboxSettings,
    IntakeSettings,
    MissingSetting,
    ZaloSettings,
)
from functions.wiring import ground

if TYPE_CHECKING:
    from functions.evidence.keeping import Keeper
    from functions.followups.contacts import ContactKeeper
    from functions.followups.messenger import ZaloMessenger
    from functions.followups.sender import Sender
    from functions.identity.disclosure import Disclosure
    from functions.intake.worker import WakeUps, Worker
    from functions.upkeep.grants import GrantKeeper
    from functions.upkeep.lineages import LineageKeeper
    from functions.upkeep.sweep import Sweep


@cache
def worker() -> Worker:
    """Folds citizens' messages."""
    from functions.evidence.store import EvidenceStore
    from functions.followups.store import FollowUpStore
    from functions.identity.store import PersonStore
    from functions.intake.erasure import Erasure
    from functions.intake.limits import Limits
    from functions.intake.messages import read_message
    from functions.intake.requests import Requests
    from functions.intake.store import ConversationStore, Inbox
    from functions.intake.worker import Worker

    cloud, inbox = ground.cloud(), InboxSettings.from_environment()
    intake = IntakeSettings.from_environment()
    followups = FollowUpStore(ground.core())
    people = PersonStore(ground.database(cloud.firestore_identity_database))
    return Worker(
        inbox=Inbox(ground.database(cloud.firestore_inbox_database)),
        database=ground.core(),
        conversations=ConversationStore(ground.core()),
        reports=ground.reports(),
        evidence=EvidenceStore(ground.core()),
        followups=followups,
        people=people,
        units=ground.units(),
        clock=ground.clock(),
        requests=Requests(
            reports=ground.reports(),
            followups=followups,
            people=people,
            erasure=Erasure(
                database=ground.core(),
                reports=ground.reports(),
                evidence=EvidenceStore(ground.core()),
                followups=followups,
                people=people,
                draw=secrets.token_bytes,
            ),
        ),
        silence=timedelta(seconds=intake.gathering_seconds),
        grace=timedelta(seconds=intake.grace_seconds),
        notice_version=intake.notice_version,
        limits=Limits(
            most_messages=intake.most_messages,
            within=timedelta(minutes=intake.most_messages_minutes),
            slow_down_again_after=timedelta(minutes=intake.slow_down_again_minutes),
            repeated_within=timedelta(hours=intake.repeated_hours),
            blocked_again_after=timedelta(hours=intake.blocked_again_hours),
        ),
        draw=secrets.token_bytes,
        read_message=partial(read_message, citizen_key_secret=inbox.citizen_key_secret.key()),
        wake=wake_after_fold,
    )


def wake_after_fold(citizen: str, wake_ups: WakeUps) -> None:
    """Wake what a fold left to be done."""
    from functions.cloud.tasks import Queue
    from functions.evidence.entrance import KeepEvidence
    from functions.intake.entrance import StoreReport

    for evidence_id in wake_ups.evidence:
        ground.queues().wake(Queue.MEDIA, KeepEvidence(evidence=evidence_id))
    for followup_id, at in wake_ups.followups:
        ground.wake_followup(followup_id, at)
    if wake_ups.silence_at is not None:
        a_moment_later = wake_ups.silence_at + timedelta(seconds=1)
        ground.queues().wake(Queue.INBOX, StoreReport(citizen=citizen), at=a_moment_later)


@cache
def keeper() -> Keeper:
    """Brings attachments in."""
    from functions.evidence.fetching import Fetcher
    from functions.evidence.keeping import Keeper
    from functions.evidence.store import EvidenceStore
    from functions.followups.store import FollowUpStore

    limits, buckets = EvidenceSettings.from_environment(), BucketSettings.from_environment()
    return Keeper(
        database=ground.core(),
        evidence=EvidenceStore(ground.core()),
        reports=ground.reports(),
        followups=FollowUpStore(ground.core()),
        units=ground.units(),
        originals=ground.bucket(buckets.evidence_bucket),
        previews=ground.bucket(buckets.derived_bucket),
        fetcher=Fetcher(
            allowed=ZaloSettings.from_environment().media_origins,
            maximum_bytes=limits.maximum_bytes,
            total_seconds=limits.total_seconds,
        ),
        clock=ground.clock(),
        maximum_bytes=limits.maximum_bytes,
        wake_followup=ground.wake_followup,
    )


@cache
def messenger() -> ZaloMessenger:
    """Writes to citizens through Zalo."""
    from functions.followups.messenger import ZaloMessenger
    from functions.units.store import PageTokenStore
    from functions.zalo.api import ZaloApi
    from functions.zalo.http import ZaloHttp
    from functions.zalo.tokens import TokenReader

    settings = ZaloSettings.from_environment()
    return ZaloMessenger(
        api=ZaloApi(
            ZaloHttp(),
            api_url=settings.api_url,
            template_url=settings.template_url,
            now=ground.clock().now,
        ),
        units=ground.units(),
        tokens=TokenReader(
            PageTokenStore(ground.core()),
            ground.page_secrets(),
            now=ground.clock().now,
            monotonic=time.monotonic,
        ),
        app_secret=app_secret if settings.prove_app_secret else lambda _: None,
        form_image_url=settings.form_picture,
    )


def app_secret(app_id: str) -> str:
    """The secret key of one of our Zalo apps."""
    return app_secrets()[app_id]


def app_secrets() -> dict[str, str]:
    """The secret keys of our Zalo apps, by app."""
    path = ZaloSettings.from_environment().app_secrets_file
    if path is None:
        raise MissingSetting("ZaloSettings: the setting ZALO_APP_SECRETS_FILE is missing")
    secrets_by_app: dict[str, str] = json.loads(Path(path).read_text(encoding="utf-8"))
    return secrets_by_app


@cache
def sender() -> Sender:
    """Brings follow-ups to citizens."""
    from functions.followups.sender import Sender
    from functions.followups.store import FollowUpStore
    from functions.identity.store import PersonStore
    from functions.reports.store import ReportStore

    return Sender(
        followups=FollowUpStore(ground.core()),
        reports=ReportStore(ground.core()),
        people=PersonStore(ground.database(ground.cloud().firestore_identity_database)),
        messenger=messenger(),
        clock=ground.clock(),
        draw_attempt=lambda: secrets.token_hex(8),
        wake=ground.wake_followup,
    )


@cache
def disclosure() -> Disclosure:
    """Says who a reporter is to the one officer who may know it."""
    from functions.identity.disclosure import Disclosure
    from functions.identity.store import OpeningStore, PersonStore

    return Disclosure(
        openings=OpeningStore(ground.core()),
        people=PersonStore(ground.database(ground.cloud().firestore_identity_database)),
        account_name=messenger().account_name,
        clock=ground.clock(),
        is_emergency_allowed=IdentitySettings.from_environment().emergency_opening,
    )


@cache
def contacts() -> ContactKeeper:
    """Keeps how to reach who told a report otherwise than through Zalo."""
    from functions.followups.contacts import ContactKeeper
    from functions.identity.store import PersonStore
    from functions.reports.store import ReportStore

    return ContactKeeper(
        reports=ReportStore(ground.core()),
        people=PersonStore(ground.database(ground.cloud().firestore_identity_database)),
        clock=ground.clock(),
    )


@cache
def sweep() -> Sweep:
    """Sees to what lost wake-ups left behind."""
    from functions.cloud.tasks import NEAR, Queue
    from functions.evidence.entrance import KeepEvidence
    from functions.evidence.store import EvidenceStore
    from functions.followups.entrance import SendFollowUp
    from functions.followups.store import FollowUpStore
    from functions.intake.entrance import StoreReport
    from functions.intake.store import ConversationStore, Inbox
    from functions.upkeep.sweep import Pending, Stage, Sweep

    inbox = Inbox(ground.database(ground.cloud().firestore_inbox_database))
    conversations = ConversationStore(ground.core())
    evidence, followups = EvidenceStore(ground.core()), FollowUpStore(ground.core())

    def citizens(before: datetime) -> list[Pending]:
        waiting = conversations.silent(before) | inbox.overdue(before)
        return [Pending(StoreReport(citizen=citizen), at) for citizen, at in waiting.items()]

    def pieces(before: datetime) -> list[Pending]:
        return [
            Pending(KeepEvidence(evidence=it.id), it.next_at) for it in evidence.overdue(before)
        ]

    def owed(before: datetime) -> list[Pending]:
        return [
            Pending(
                SendFollowUp(followup=it.id),
                it.next_at,
                # What was due far off when it was made, only the sweep knows of.
                was_woken=it.attempt is not None or it.next_at - it.created_at <= NEAR,
            )
            for it in followups.overdue(before)
        ]

    return Sweep(
        stages=(
            Stage("inbox", Queue.INBOX, citizens),
            Stage("evidence", Queue.MEDIA, pieces),
            Stage("followups", Queue.SEND, owed),
        ),
        call=lambda queue, body: ground.calls().call(ground.addresses()[queue], body),
        wake=lambda queue, body, at: ground.queues().wake(queue, body, at=at),
        clock=ground.clock(),
    )


@cache
def lineages() -> LineageKeeper:
    """Has reports follow their units."""
    from functions.upkeep.lineages import LineageKeeper

    return LineageKeeper(ground.core(), ground.reports(), ground.units(), ground.clock())


@cache
def grants() -> GrantKeeper:
    """Keeps the pages connected to Zalo."""
    from functions.followups.store import FollowUpStore
    from functions.units.store import PageTokenStore
    from functions.upkeep.grants import GrantKeeper
    from functions.upkeep.held import release_held
    from functions.zalo.escrow import LoggedEscrow
    from functions.zalo.http import ZaloHttp
    from functions.zalo.oauth import App, OAuth
    from functions.zalo.tokens import TokenRefresher

    settings = ZaloSettings.from_environment()
    if settings.escrow_key_file is None:
        raise MissingSetting("ZaloSettings: the setting ZALO_ESCROW_KEY_FILE is missing")

    def app_of(page_id: str) -> App:
        page = ground.units().page(page_id)
        if page is None:
            raise OperatorNeeded("the page is not known")
        return App(page.app_id, app_secret(page.app_id))

    refresher = TokenRefresher(
        PageTokenStore(ground.core()),
        ground.page_secrets(),
        LoggedEscrow(Path(settings.escrow_key_file).read_bytes()),
        OAuth(ZaloHttp(), settings.oauth_url),
        app_of=app_of,
        now=ground.clock().now,
        monotonic=time.monotonic,
        new_id=lambda: secrets.token_hex(8),
        pause=time.sleep,
    )
    return GrantKeeper(
        page_ids=lambda: [page.id for page in ground.units().pages()],
        refresh_due=refresher.refresh_due,
        exchange=refresher.connect,
        release_held=lambda page_id: release_held(
            page_id,
            database=ground.core(),
            followups=FollowUpStore(ground.core()),
            now=ground.clock().now(),
        ),
    )

"""The ground of every function: clocks, databases, buckets, queues, tokens."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from functions.cloud.clock import Clock, clock_at
from functions.cloud.logs import configure_logs
from functions.settings import (
    CallerSettings,
    CloudSettings,
    SearchSettings,
    TaskSettings,
    refuse_stand_ins,
)

if TYPE_CHECKING:
    import urllib3

    from functions.cloud.callers import Callers
    from functions.cloud.calls import Calls
    from functions.cloud.firestore import Database
    from functions.cloud.metadata import Metadata
    from functions.cloud.secrets import SecretVersions
    from functions.cloud.storage import Bucket
    from functions.cloud.tasks import Queue, TaskQueues
    from functions.reports.store import ReportStore
    from functions.units.store import UnitStore


@cache
def cloud() -> CloudSettings:
    """Where we are; the first thing asked for, so logs are set up here."""
    configure_logs()
    refuse_stand_ins()
    return CloudSettings.from_environment()


@cache
def clock() -> Clock:
    """What time it is."""
    return clock_at(cloud().clock_url)


@cache
def pool() -> urllib3.PoolManager:
    """Connections over plain HTTP."""
    import urllib3

    return urllib3.PoolManager(maxsize=16, retries=False)


@cache
def metadata() -> Metadata:
    """Who this process is to Google."""
    from functions.cloud.metadata import Metadata

    return Metadata(cloud().gce_metadata_host, clock().now)


@cache
def database(name: str) -> Database:
    """One of the three databases."""
    from google.cloud.firestore import Client

    from functions.cloud.firestore import Database

    return Database(Client(project=cloud().google_cloud_project, database=name))


def core() -> Database:
    """The default database: everything but the inbox and the vault."""
    return database("(default)")


@cache
def bucket(name: str) -> Bucket:
    """A bucket of write-once objects."""
    from google.cloud.storage import Client

    from functions.cloud.storage import Bucket

    return Bucket(Client(project=cloud().google_cloud_project), name)


@cache
def addresses() -> dict[Queue, str]:
    """The functions that queues call."""
    from functions.cloud.tasks import Queue

    settings = TaskSettings.from_environment()
    return {
        Queue.INBOX: settings.store_report_url,
        Queue.MEDIA: settings.upload_media_url,
        Queue.SEND: settings.send_followup_url,
    }


@cache
def queues() -> TaskQueues:
    """Wake-ups."""
    from functions.cloud.tasks import TaskQueues, connect_tasks

    settings = TaskSettings.from_environment()
    return TaskQueues(
        connect_tasks(settings.cloud_tasks_emulator_host),
        project=settings.google_cloud_project,
        location=settings.tasks_location,
        service_account=settings.tasks_service_account,
        addresses=addresses(),
        now=clock().now,
    )


@cache
def callers() -> Callers:
    """Who may call a function."""
    from functions.cloud.callers import Callers

    settings = CallerSettings.from_environment()
    return Callers(
        issuer=settings.issuer,
        jwks_url=settings.jwks_url,
        accounts=frozenset(settings.accounts),
        clock=clock(),
        signature_checked_by_platform=settings.signature_checked_by_platform,
    )


@cache
def units() -> UnitStore:
    """Units, pages and officers, remembered for a minute."""
    from functions.units.store import UnitStore

    return UnitStore(core())


@cache
def reports() -> ReportStore:
    """Reports, kept so that they can be searched."""
    from functions.reports.store import ReportStore

    return ReportStore(core(), SearchSettings.from_environment().key_secret.key())


def wake_followup(followup_id: str, at: datetime | None = None) -> None:
    """Wake the sender for a follow-up, now or at its time."""
    from functions.cloud.tasks import Queue
    from functions.followups.entrance import SendFollowUp

    queues().wake(Queue.SEND, SendFollowUp(followup=followup_id), at=at)


@cache
def page_secrets() -> SecretVersions:
    """The pages' grants in Secret Manager."""
    from functions.cloud.secrets import SecretVersions

    return SecretVersions(
        cloud().secret_manager_url,
        pool(),
        metadata().access_token,
        project=cloud().google_cloud_project,
    )


@cache
def calls() -> Calls:
    """Direct calls of our own functions."""
    from functions.cloud.calls import Calls

    return Calls(pool(), metadata())

"""The doors: what main.py calls, one for each deployed function."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from functions.errors import Rejected, Transient
from functions.settings import (
    AdminSettings,
    BucketSettings,
    IdentitySettings,
    InboxSettings,
    TaskSettings,
    ZaloSettings,
    sign_in_settings,
)
from functions.wiring import ground, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    from flask import Request
    from pydantic import BaseModel

    from functions.admin.door.proxy import Proxy
    from functions.admin.door.sign_in import SignIn
    from functions.followups.entrance import KeepContact
    from functions.identity.disclosure import Disclosed
    from functions.settings import IssuerSettings, ProxySettings
    from functions.webhook.entrance import Webhook
    from functions.zalo.grants import Consent

    Door = Callable[[Request], tuple[str, int]]
    _Body = TypeVar("_Body", bound=BaseModel)

_CONNECT_SECONDS = 55.0
"""Zalo's token endpoint is given 45, and the officers' page has 60 for an answer."""
_DISCLOSE_SECONDS = 30.0
_CONTACT_SECONDS = 20.0


@cache
def webhook() -> Webhook:
    """The webhook, over plain HTTP clients."""
    from functions.cloud.rest import FirestoreOverRest, TasksOverRest
    from functions.webhook.entrance import WOKEN_SECONDS, Webhook
    from functions.webhook.page_secrets import SecretsFile
    from functions.webhook.wake_ups import RecentWakeUps

    cloud, tasks, inbox = (
        ground.cloud(),
        TaskSettings.from_environment(),
        InboxSettings.from_environment(),
    )
    emulator = cloud.firestore_emulator_host
    return Webhook(
        secrets=SecretsFile(inbox.zalo_secrets_file),
        inbox=FirestoreOverRest(
            f"http://{emulator}" if emulator else "https://firestore.googleapis.com",
            # The emulator's name for somebody who may do everything.
            (lambda: "owner") if emulator else ground.metadata().access_token,
            project=cloud.google_cloud_project,
            database=cloud.firestore_inbox_database,
        ),
        tasks=TasksOverRest(
            tasks.tasks_rest_url,
            ground.metadata().access_token,
            project=cloud.google_cloud_project,
            location=tasks.tasks_location,
            service_account=tasks.tasks_service_account,
        ),
        store_report_url=tasks.store_report_url,
        citizen_key_secret=inbox.citizen_key_secret.key(),
        seal_secret=inbox.inbox_seal_secret.key(),
        clock=ground.clock(),
        recent=RecentWakeUps(WOKEN_SECONDS),
    )


def _door(audience: str, body: type[_Body], act: Callable[[_Body], str | None]) -> Door:
    from functions.cloud.doors import answer_task

    return partial(answer_task, callers=ground.callers(), audience=audience, body=body, act=act)


@cache
def store_report_door() -> Door:
    """The door of `store_report`."""
    from functions.intake.entrance import Entrance, StoreReport

    worker = record.worker()
    entrance = Entrance(
        worker=worker,
        inbox=worker.inbox,
        seal_secret=InboxSettings.from_environment().inbox_seal_secret.key(),
        clock=ground.clock(),
    )
    return _door(TaskSettings.from_environment().store_report_url, StoreReport, entrance.store)


@cache
def upload_media_door() -> Door:
    """The door of `upload_media`."""
    from functions.evidence.entrance import KeepEvidence

    def keep(asked: KeepEvidence) -> None:
        record.keeper().keep(asked.evidence)

    return _door(TaskSettings.from_environment().upload_media_url, KeepEvidence, keep)


@cache
def send_followup_door() -> Door:
    """The door of `send_followup`."""
    from functions.followups.entrance import CONTACT_DONE, SendFollowUp

    def send(asked: SendFollowUp) -> str | None:
        if asked.open_identity is not None:
            wanted = asked.open_identity
            told = record.disclosure().disclose(wanted.opening, wanted.reading)
            return told.model_dump_json(exclude_none=True)
        if asked.keep_contact is not None:
            record.contacts().keep(asked.keep_contact)
            return CONTACT_DONE
        record.sender().send(asked.followup)
        return None

    return _door(TaskSettings.from_environment().send_followup_url, SendFollowUp, send)


@cache
def upkeep_door() -> Door:
    """The door of `upkeep`."""
    from functions.upkeep.entrance import Upkeep

    def run(asked: Upkeep) -> str | None:
        if asked.connect is not None:
            return record.grants().connect(asked.connect)
        # Grants first: what the sweep sends needs tokens that live.
        record.grants().run()
        record.sweep().run()
        record.lineages().run()
        return None

    return _door(TaskSettings.from_environment().upkeep_url, Upkeep, run)


@cache
def admin_page() -> WSGIApplication:
    """The officers' page as a WSGI application."""
    from functions.admin.connections.consents import Consents
    from functions.admin.door.sessions import Sessions
    from functions.admin.entrance import Services, create_app
    from functions.admin.people.identities import Identities
    from functions.admin.records.logs import AccessLog
    from functions.evidence.store import EvidenceStore
    from functions.followups.store import FollowUpStore
    from functions.identity.store import OpeningStore
    from functions.units.store import PageTokenStore
    from functions.zalo.http import ZaloHttp
    from functions.zalo.oauth import OAuth

    settings, buckets = AdminSettings.from_environment(), BucketSettings.from_environment()
    zalo = ZaloSettings.from_environment()
    issuer, proxy = sign_in_settings()
    services = Services(
        reports=ground.reports(),
        evidence=EvidenceStore(ground.core()),
        followups=FollowUpStore(ground.core()),
        units=ground.units(),
        database=ground.core(),
        sessions=Sessions(
            ground.core(),
            clock=ground.clock(),
            draw=secrets.token_bytes,
            secret=settings.session_secret,
            idle=timedelta(minutes=settings.idle_minutes),
            absolute=timedelta(hours=settings.absolute_hours),
        ),
        originals=ground.bucket(buckets.evidence_bucket),
        previews=ground.bucket(buckets.derived_bucket),
        clock=ground.clock(),
        queues=ground.queues(),
        page_tokens=PageTokenStore(ground.core()),
        consents=Consents(
            ground.core(),
            OAuth(ZaloHttp(), zalo.oauth_url),
            redirect_uri=f"{settings.admin_url.rstrip('/')}/connections/callback",
            secret=settings.session_secret,
            clock=ground.clock(),
            draw=secrets.token_bytes,
            connect=partial(_connect, settings.upkeep_url),
            has_challenge=zalo.challenge_consent,
        ),
        identities=Identities(
            ground.core(),
            ground.reports(),
            OpeningStore(ground.core()),
            AccessLog(ground.core()),
            disclose=partial(_disclose, TaskSettings.from_environment().send_followup_url),
            is_emergency_allowed=IdentitySettings.from_environment().emergency_opening,
        ),
        keep_contact=partial(_keep_contact, TaskSettings.from_environment().send_followup_url),
        settings=settings,
        draw=secrets.token_bytes,
        sign_in=None if issuer is None else _sign_in(issuer, settings),
        proxy=None if proxy is None else _proxy(proxy),
        leave_path=None if proxy is None else proxy.sign_out_path,
    )
    return create_app(services).wsgi_app


def _sign_in(issuer: IssuerSettings, settings: AdminSettings) -> SignIn:
    """Signs officers in at the issuer."""
    from functions.admin.door.sign_in import SignIn

    return SignIn(
        ground.pool(),
        issuer=issuer.issuer,
        client_id=issuer.client_id,
        client_secret=issuer.client_secret,
        redirect_uri=f"{settings.admin_url.rstrip('/')}/sign-in/callback",
        secret=settings.session_secret,
        clock=ground.clock(),
        draw=secrets.token_bytes,
        allowed_acr=settings.allowed_acr,
    )


def _proxy(settings: ProxySettings) -> Proxy:
    """Checks that requests came through Identity-Aware Proxy."""
    from functions.admin.door.proxy import Proxy

    return Proxy(
        audience=settings.audience,
        issuer=settings.issuer,
        jwks_url=settings.jwks_url,
        clock=ground.clock(),
    )


def _disclose(send_followup_url: str, opening_id: str, reading: str) -> Disclosed:
    """Have `send_followup` say who somebody is: only its account reads the vault."""
    from pydantic import ValidationError

    from functions.followups.entrance import OpenIdentity, SendFollowUp
    from functions.identity.disclosure import Disclosed

    asked = SendFollowUp(open_identity=OpenIdentity(opening=opening_id, reading=reading))
    said = ground.calls().call(send_followup_url, asked, seconds=_DISCLOSE_SECONDS)
    try:
        return Disclosed.model_validate_json(said)
    except ValidationError:
        # Never from the error: it would carry what was said.
        raise Rejected("the identity was not disclosed") from None


def _keep_contact(send_followup_url: str, asked: KeepContact) -> None:
    """Have `send_followup` keep a contact: the officers' page has no way into the vault."""
    from functions.followups.entrance import CONTACT_DONE, SendFollowUp

    body = SendFollowUp(keep_contact=asked)
    word = ground.calls().call(send_followup_url, body, seconds=_CONTACT_SECONDS)
    if word != CONTACT_DONE:
        raise Rejected("the contact was not kept")


def _connect(upkeep_url: str, page_id: str, code: str, verifier: str | None) -> Consent:
    """Have `upkeep` put a consent into force: only its account may add to the pages' secrets."""
    from pydantic import SecretStr

    from functions.upkeep.entrance import Connect, Upkeep
    from functions.zalo.grants import Consent

    asked = Connect(
        page_id=page_id,
        code=SecretStr(code),
        verifier=None if verifier is None else SecretStr(verifier),
    )
    word = ground.calls().call(upkeep_url, Upkeep(connect=asked), seconds=_CONNECT_SECONDS)
    try:
        return Consent(word)
    except ValueError:
        raise Transient("upkeep did not say how the consent ended") from None

"""The webhook's one path. Nothing is acknowledged without a durable copy.

| what came                                        | answer | kept                              |
|--------------------------------------------------|--------|-----------------------------------|
| a signed event of a citizen                      | 200    | inbox row, else a sealed task     |
| the same again                                   | 200    | nothing more                      |
| a signed event we have no use for                | 200    | nothing                           |
| a signed event that names no page (group chats)  | 200    | nothing                           |
| exactly `{}`, unsigned: the console's probe      | 200    | nothing                           |
| no signature, or none of the page's secrets'     | 401    | nothing                           |
| more than 128 KiB                                | 413    | nothing                           |
| not JSON, or not an event                        | 400    | nothing                           |
| neither Firestore nor Cloud Tasks answered       | 503    | nothing: Zalo sends it again      |
| the pages' secrets cannot be read                | 503    | nothing: Zalo sends it again      |
| another method than POST                         | 405    | nothing                           |

The budget is Zalo's two seconds (`Deadlines`), without a retry anywhere.
"""

import base64
import json
import logging
from dataclasses import dataclass
from datetime import timedelta

from flask import Request

from functions.cloud.clock import Clock
from functions.cloud.rest import FirestoreOverRest, TasksOverRest
from functions.cloud.sealing import seal
from functions.cloud.shards import shard_of
from functions.errors import OperatorNeeded, Rejected, TinBaoError, Transient
from functions.identity.pseudonym import citizen_key
from functions.webhook.page_secrets import SecretsFile
from functions.webhook.wake_ups import RecentWakeUps
from functions.zalo.envelope import (
    Envelope,
    MalformedEvent,
    UnknownPage,
    page_and_citizen,
    read_envelope,
)
from functions.zalo.inbox import InboxRow, event_key, is_kept, is_known, sent_at
from functions.zalo.signature import is_signed_by_zalo

_log = logging.getLogger(__name__)

MOST_BYTES = 128 * 1024
FOLD_AFTER = timedelta(seconds=1.5)
"""A burst of photos is folded at once: the worker is woken this long after the first."""
WOKEN_SECONDS = 1.0
"""An event kept sooner after a wake-up was made is there before the worker comes."""

Answer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How many seconds each call may take; the first two may follow each other."""

    keep: float = 0.7
    fallback: float = 0.7
    wake: float = 0.25


@dataclass(frozen=True, slots=True)
class Webhook:
    """Takes Zalo's events in."""

    secrets: SecretsFile
    inbox: FirestoreOverRest
    tasks: TasksOverRest
    store_report_url: str
    citizen_key_secret: bytes
    seal_secret: bytes
    clock: Clock
    recent: RecentWakeUps
    deadlines: Deadlines = Deadlines()

    def receive(self, request: Request) -> Answer:
        """Answer one request of Zalo's, or of whoever pretends to be."""
        if request.method != "POST":
            return "", 405
        if (request.content_length or 0) > MOST_BYTES:
            return _refuse("too large", 413)
        body = request.stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return _refuse("too large", 413)
        signature = request.headers.get("X-ZEvent-Signature")
        if signature is None and body.strip() == b"{}":
            return "", 200
        try:
            row = self._verified(body, signature)
        except _Unsigned as refusal:
            return _refuse(str(refusal), 401)
        except MalformedEvent as refusal:
            return _refuse(str(refusal), 400)
        except OperatorNeeded as problem:
            _log.critical("webhook cannot verify", extra={"reason": str(problem)})
            return "", 503
        if row is None:
            return "", 200
        return self._keep(row)

    def _verified(self, body: bytes, signature: str | None) -> InboxRow | None:
        envelope = read_envelope(body)
        page_id, user_id = self._signed_parties(envelope, body, signature)
        if page_id is None:
            # Zalo switches off a webhook that keeps refusing what is truly Zalo's.
            _log.warning("event of no page of ours")
            return None
        if not is_kept(envelope.event_name):
            if not is_known(envelope.event_name):
                _log.warning("event unheard of", extra={"page": page_id})
            return None
        if user_id is None:
            _log.error("event without a citizen", extra={"page": page_id})
            return None
        return InboxRow(
            key=event_key(envelope, page_id, body),
            page_id=page_id,
            citizen=citizen_key(self.citizen_key_secret, page_id, user_id),
            event_name=envelope.event_name,
            sent_at=sent_at(envelope),
            raw=body,
        )

    def _signed_parties(
        self, envelope: Envelope, body: bytes, signature: str | None
    ) -> tuple[str | None, str | None]:
        """The page and the citizen of an event that Zalo signed; either may not be in it."""
        pages = self.secrets.pages()
        page_id: str | None
        try:
            page_id, user_id = page_and_citizen(envelope, pages)
        except UnknownPage:
            page_id = user_id = None
        concerned = pages.values() if page_id is None else [pages[page_id]]
        candidates = [page.secrets for page in concerned if page.app_id == envelope.app_id]
        is_signed = is_signed_by_zalo(
            body,
            signature,
            app_id=envelope.app_id,
            timestamp=envelope.timestamp,
            secrets=[secret for secrets in candidates for secret in secrets],
        )
        if not is_signed:
            raise _Unsigned("no signature" if signature is None else "wrong signature")
        return page_id, user_id

    def _keep(self, row: InboxRow) -> Answer:
        now = self.clock.now()
        fields = row.fields(received_at=now, shard=shard_of(row.key))
        try:
            self.inbox.create(f"inbox/{row.key}", fields, seconds=self.deadlines.keep)
        except TinBaoError as problem:
            _log.error("inbox away, trying a task", extra={"reason": str(problem)})
            return self._keep_as_task(row)
        self._wake(row.citizen)
        return "", 200

    def _wake(self, citizen: str) -> None:
        # For a repeated event too: the first wake-up may be the one that was lost.
        if not self.recent.claim(citizen):
            return
        try:
            self.tasks.create(
                "inbox",
                self.store_report_url,
                json.dumps({"citizen": citizen}).encode(),
                seconds=self.deadlines.wake,
                at=self.clock.now() + FOLD_AFTER,
            )
        except Transient as problem:
            self.recent.give_back(citizen)
            _log.warning("wake-up lost, the sweep will find it", extra={"reason": str(problem)})

    def _keep_as_task(self, row: InboxRow) -> Answer:
        sealed = base64.b64encode(seal(self.seal_secret, row.to_json())).decode()
        body = json.dumps({"citizen": row.citizen, "sealed": sealed}).encode()
        try:
            self.tasks.create("inbox", self.store_report_url, body, seconds=self.deadlines.fallback)
        except TinBaoError as problem:
            _log.critical("event not kept", extra={"reason": str(problem)})
            return "", 503
        return "", 200


class _Unsigned(Rejected):
    """Nothing proves that this came from Zalo."""


def _refuse(reason: str, status: int) -> Answer:
    _log.warning("event refused", extra={"reason": reason, "status": status})
    return "", status

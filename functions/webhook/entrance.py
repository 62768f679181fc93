"""The webhook's one path. Nothing is acknowledged without a durable copy.

| what came                                        | answer | kept                              |
|--------------------------------------------------|--------|-----------------------------------|
| a signed event of a citizen                      | 200    | inbox row, else a sealed task     |
| the same again                                   | 200    | nothing more                      |
| a signed event we have no use for                | 200    | nothing                           |
| exactly `{}`, unsigned: the console's probe      | 200    | nothing                           |
| no signature, a wrong one, an unknown page       | 401    | nothing                           |
| more than 128 KiB                                | 413    | nothing                           |
| not JSON, or not an event                        | 400    | nothing                           |
| neither Firestore nor Cloud Tasks answered       | 503    | nothing: Zalo sends it again      |
| the pages' secrets cannot be read                | 503    | nothing: Zalo sends it again      |
| another method than POST                         | 405    | nothing                           |

The budget is Zalo's two seconds: 0.7 s for Firestore, 0.7 s for the fallback, 0.25 s for the
wake-up, no retry anywhere.
"""

import base64
import json
import logging
from collections.abc import Callable
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
from functions.zalo.envelope import MalformedEvent, UnknownPage, page_and_citizen, read_envelope
from functions.zalo.inbox import InboxRow, event_key, is_kept, is_known, sent_at
from functions.zalo.signature import is_signed_by_zalo

_log = logging.getLogger(__name__)

MOST_BYTES = 128 * 1024
KEEP_SECONDS = 0.7
FALLBACK_SECONDS = 0.7
WAKE_SECONDS = 0.25
FOLD_AFTER = timedelta(seconds=1.5)
"""A burst of photos is folded at once: the worker is woken this long after each event."""

Answer = tuple[str, int]


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
        pages = self.secrets.pages()
        try:
            page_id, user_id = page_and_citizen(envelope, pages)
        except UnknownPage:
            raise _Unsigned("unknown page") from None
        page = pages[page_id]
        signed = page.app_id == envelope.app_id and is_signed_by_zalo(
            body,
            signature,
            app_id=envelope.app_id,
            timestamp=envelope.timestamp,
            secrets=page.secrets,
        )
        if not signed:
            raise _Unsigned("no signature" if signature is None else "wrong signature")
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

    def _keep(self, row: InboxRow) -> Answer:
        now = self.clock.now()
        fields = row.fields(received_at=now, shard=shard_of(row.key))
        try:
            self.inbox.create(f"inbox/{row.key}", fields, seconds=KEEP_SECONDS)
        except TinBaoError as problem:
            _log.error("inbox away, trying a task", extra={"reason": str(problem)})
            return self._keep_as_task(row)
        # Woken for a repeated event too: the first wake-up may be the one that was lost.
        self._try(
            lambda: self.tasks.create(
                "inbox",
                self.store_report_url,
                json.dumps({"citizen": row.citizen}).encode(),
                seconds=WAKE_SECONDS,
                at=now + FOLD_AFTER,
            )
        )
        return "", 200

    def _keep_as_task(self, row: InboxRow) -> Answer:
        sealed = base64.b64encode(seal(self.seal_secret, row.to_json())).decode()
        body = json.dumps({"citizen": row.citizen, "sealed": sealed}).encode()
        try:
            self.tasks.create("inbox", self.store_report_url, body, seconds=FALLBACK_SECONDS)
        except TinBaoError as problem:
            _log.critical("event not kept", extra={"reason": str(problem)})
            return "", 503
        return "", 200

    @staticmethod
    def _try(wake: Callable[[], None]) -> None:
        try:
            wake()
        except Transient as problem:
            _log.warning("wake-up lost, the sweep will find it", extra={"reason": str(problem)})


class _Unsigned(Rejected):
    """Nothing proves that this came from Zalo."""


def _refuse(reason: str, status: int) -> Answer:
    _log.warning("event refused", extra={"reason": reason, "status": status})
    return "", status

"""The webhook as its callers have it: a request in, a status out, rows and tasks behind."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Request
from werkzeug.test import EnvironBuilder

from functions.cloud.clock import Clock
from functions.cloud.firestore import Stored
from functions.cloud.rest import FirestoreOverRest, TasksOverRest
from functions.webhook.entrance import WOKEN_SECONDS, Deadlines, Webhook
from functions.webhook.page_secrets import SecretsFile
from functions.webhook.wake_ups import RecentWakeUps
from tests.emulators import Project
from tests.intake.desk import SECRET
from tests.intake.kills import opened
from tests.zalo.samples import APP, PAGE
from tests.zalo.scripted_server import Received
from tests.zalo.signing import sign

OA_SECRET, FORMER_SECRET = "oaSecretKeyForTests", "the one before"
LOGGED_PAGE, LOGGED_APP = "1423847451268726170", "102719276611582260"
SEAL_SECRET = bytes(range(32))
STORE_REPORT = "https://store-report.example/"
PATIENT = Deadlines(keep=20, fallback=20, wake=20)
"""For what is not about time: the emulator may be slow on a busy machine."""


def listed(secrets: Sequence[str] = (OA_SECRET, FORMER_SECRET)) -> dict[str, dict[str, Any]]:
    """The secrets file's content: two pages of ours."""
    known = {PAGE: APP, LOGGED_PAGE: LOGGED_APP}
    return {
        "pages": {page: {"app_id": app, "secrets": list(secrets)} for page, app in known.items()}
    }


def signature(body: bytes, secret: str = OA_SECRET) -> str:
    """What Zalo sends along with that event."""
    event = json.loads(body)
    return sign(body, str(event["app_id"]), str(event["timestamp"]), secret)


class Door:
    """One process of `zalo_webhook`."""

    def __init__(
        self,
        project: Project,
        clock: Clock,
        secrets_file: Path,
        *,
        tasks: str,
        firestore: str | None = None,
        deadlines: Deadlines = PATIENT,
        store_report: str = STORE_REPORT,
    ) -> None:
        self._project = project
        self._webhook = Webhook(
            secrets=SecretsFile(str(secrets_file)),
            inbox=FirestoreOverRest(
                firestore or f"http://{project.firestore_host}",
                lambda: "owner",
                project=project.name,
                database="inbox",
            ),
            tasks=TasksOverRest(
                tasks,
                lambda: "token",
                project=project.name,
                location="asia-southeast1",
                service_account="tasks@example",
            ),
            store_report_url=store_report,
            citizen_key_secret=SECRET,
            seal_secret=SEAL_SECRET,
            clock=clock,
            recent=RecentWakeUps(WOKEN_SECONDS),
            deadlines=deadlines,
        )

    def post(self, body: bytes, signed: str | None = None, **environment: Any) -> int:
        """The status of a POST with that signature."""
        headers = [] if signed is None else [("X-ZEvent-Signature", signed)]
        builder = EnvironBuilder(method="POST", data=body, headers=headers)
        return self._status(builder.get_environ() | environment)

    def deliver(self, body: bytes, secret: str = OA_SECRET) -> int:
        """The status of an event that Zalo delivers."""
        return self.post(body, signature(body, secret))

    def request(self, method: str) -> int:
        """The status of a request without a body."""
        return self._status(EnvironBuilder(method=method).get_environ())

    def rows(self) -> list[Stored]:
        """What the inbox holds."""
        return opened(self._project, "inbox").find("inbox", limit=100)

    def _status(self, environment: Mapping[str, Any]) -> int:
        _, status = self._webhook.receive(Request(dict(environment)))
        return status


def task_body(request: Received) -> dict[str, Any]:
    """The body of the task that was asked for."""
    asked = request.json()["task"]["httpRequest"]
    body: dict[str, Any] = json.loads(base64.b64decode(asked["body"]))
    return body

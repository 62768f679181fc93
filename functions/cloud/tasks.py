"""Wake-ups through Cloud Tasks. A task only says "look again at this id": the database decides.

Tasks are unnamed: a name used once is refused for an hour or more, so a sweep that reused it would
do nothing, in silence.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from google.api_core import exceptions as google
from google.cloud import tasks_v2
from google.protobuf import duration_pb2, timestamp_pb2
from pydantic import BaseModel

from functions.errors import Transient

if TYPE_CHECKING:
    from google.cloud.tasks_v2 import CloudTasksClient

_log = logging.getLogger(__name__)

CREATE_SECONDS = 3.0
NEAR = timedelta(hours=1)
"""What is due sooner gets a task; what is due later is left to the sweep, which finds it in time.
So a change of mind is one write, and no queue's limit of 30 days matters."""


class Queue(StrEnum):
    """The queues of `infra/queues.json`, one for each concern so that one cannot slow another."""

    INBOX = "inbox"
    MEDIA = "media"
    SEND = "send"
    TOKEN = "token"  # noqa: S105, a queue's name


def connect_tasks(emulator: str | None) -> "CloudTasksClient":
    """The client, or one for a task server at `host:port`: Google has no variable for that."""
    if emulator is None:
        return tasks_v2.CloudTasksClient()
    import grpc
    from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

    return tasks_v2.CloudTasksClient(
        transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(emulator))
    )


class TaskQueues:
    """Creates tasks that call our functions as the tasks' service account."""

    def __init__(
        self,
        client: "CloudTasksClient",
        *,
        project: str,
        location: str,
        service_account: str,
        addresses: Mapping[Queue, str],
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._now = now
        self._root = f"projects/{project}/locations/{location}/queues"
        self._service_account = service_account
        self._addresses = addresses

    def enqueue(
        self, queue: Queue, body: BaseModel, *, at: datetime | None = None, seconds: int = 540
    ) -> None:
        """Have the queue's function called with `body`, now or at a time (at most 30 days ahead).

        Args:
            queue: which function, and at which rate.
            body: ids only, never a person's data.
            at: not before this moment.
            seconds: how long one attempt may take.

        Raises:
            Transient: no clear answer. The task may run all the same.
        """
        address = self._addresses[queue]
        task = tasks_v2.Task(
            http_request=tasks_v2.HttpRequest(
                url=address,
                http_method=tasks_v2.HttpMethod.POST,
                headers={"Content-Type": "application/json"},
                body=body.model_dump_json().encode(),
                oidc_token=tasks_v2.OidcToken(
                    service_account_email=self._service_account, audience=address
                ),
            ),
            dispatch_deadline=duration_pb2.Duration(seconds=seconds),
        )
        if at is not None:
            when = timestamp_pb2.Timestamp()
            when.FromDatetime(at)
            task.schedule_time = when
        try:
            self._client.create_task(
                parent=f"{self._root}/{queue.value}", task=task, timeout=CREATE_SECONDS
            )
        except google.GoogleAPICallError as error:
            raise Transient(f"cloud tasks: {type(error).__name__}") from error

    def wake(self, queue: Queue, body: BaseModel, *, at: datetime | None = None) -> None:
        """`enqueue` if it is near, best effort: the sweep finds what is pending in the database."""
        if at is not None and at - self._now() > NEAR:
            return
        try:
            self.enqueue(queue, body, at=at)
        except Transient:
            _log.warning("wake-up lost, the sweep will find it", extra={"queue": queue.value})

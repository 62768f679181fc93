"""The messages of google.cloud.tasks.v2 as this server uses them.

They are the protobuf messages under the client's classes, several times faster than these. They are
annotated with the client's classes, whose fields have the same names and types.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from google.cloud.tasks_v2 import types
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from .errors import Refusal

Attempt: type[types.Attempt] = types.Attempt.pb()
Queue: type[types.Queue] = types.Queue.pb()
Task: type[types.Task] = types.Task.pb()
CreateTaskRequest: type[types.CreateTaskRequest] = types.CreateTaskRequest.pb()
ListQueuesResponse: type[types.ListQueuesResponse] = types.ListQueuesResponse.pb()
ListTasksResponse: type[types.ListTasksResponse] = types.ListTasksResponse.pb()
BatchCreateTasksMetadata: type[types.BatchCreateTasksMetadata] = types.BatchCreateTasksMetadata.pb()
BatchCreateTasksResponse: type[types.BatchCreateTasksResponse] = types.BatchCreateTasksResponse.pb()
BatchDeleteTasksMetadata: type[types.BatchDeleteTasksMetadata] = types.BatchDeleteTasksMetadata.pb()

RUNNING = types.Queue.State(types.Queue.State.RUNNING)
PAUSED = types.Queue.State(types.Queue.State.PAUSED)
BASIC = types.Task.View(types.Task.View.BASIC)
FULL = types.Task.View(types.Task.View.FULL)
METHODS_WITH_BODY = (types.HttpMethod.POST, types.HttpMethod.PUT, types.HttpMethod.PATCH)

_LOCATION = r"projects/[A-Za-z0-9.:-]+/locations/[A-Za-z0-9-]+"
_QUEUE = _LOCATION + r"/queues/[A-Za-z0-9-]{1,100}"
_TASK = _QUEUE + r"/tasks/[A-Za-z0-9_-]{1,500}"
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEADER_VALUE = r"[\t\x20-\x7e]*"


def is_location_name(name: str) -> bool:
    return re.fullmatch(_LOCATION, name) is not None


def is_queue_name(name: str) -> bool:
    return re.fullmatch(_QUEUE, name) is not None


def is_task_name(name: str) -> bool:
    return re.fullmatch(_TASK, name) is not None


def check_header(name: str, value: str) -> None:
    """Raises `Refusal` for what HTTP does not allow in a header (RFC 9110, section 5)."""
    if not (re.fullmatch(_HEADER_NAME, name) and re.fullmatch(_HEADER_VALUE, value)):
        raise Refusal.invalid("A header's name or value has a character that is not allowed.")


def parent_of(name: str) -> str:
    """The queue of a task, or the location of a queue."""
    return name.rsplit("/", 2)[0]


def short_id(name: str) -> str:
    """The last part of a resource name."""
    return name.rsplit("/", 1)[1]


def read_time(timestamp: Timestamp) -> datetime:
    """Raises `Refusal` for a time that no calendar has."""
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Refusal.invalid("A time is out of range.") from None


def read_duration(duration: Duration) -> timedelta:
    """Raises `Refusal` for a duration that is too long to reckon with."""
    try:
        return duration.ToTimedelta()
    except (OverflowError, ValueError):
        raise Refusal.invalid("A duration is out of range.") from None


def encode_url(url: str) -> str:
    """Percent-encode what may not stand in a URL, leaving what is encoded already (RFC 3986)."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def viewed(task: types.Task, view: int) -> types.Task:
    """A copy for an answer: the body is there in the FULL view only."""
    answer = Task()
    answer.CopyFrom(task)
    answer.view = FULL if view == FULL else BASIC
    if answer.view == BASIC:
        answer.http_request.ClearField("body")
    return answer

"""Which CreateTask is taken, and how the task then reads.

Source: `CreateTaskRequest`, `Task` and `HttpRequest` of google.cloud.tasks.v2.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from google.cloud.tasks_v2 import types

from .errors import Refusal
from .messages import (
    METHODS_WITH_BODY,
    Task,
    check_header,
    encode_url,
    is_queue_name,
    is_task_name,
    parent_of,
    read_duration,
    read_time,
)
from .queues import check_method, check_retry, completed_retry

LARGEST_TASK = 100 * 1024
LARGEST_HEADERS = 80 * 1024
LONGEST_URL = 2083
FARTHEST_SCHEDULE = timedelta(days=30)
SHORTEST_DEADLINE = timedelta(seconds=15)
LONGEST_DEADLINE = timedelta(minutes=30)
DEFAULT_DEADLINE = timedelta(minutes=10)


def admitted(request: types.CreateTaskRequest, *, now: datetime, task_id: str) -> types.Task:
    """The task as it will be stored; `task_id` is for a task without a name. Raises `Refusal`."""
    if not is_queue_name(request.parent):
        raise Refusal.invalid("The parent is not the name of a queue.")
    task = Task()
    task.CopyFrom(request.task)
    if task.ByteSize() > LARGEST_TASK:
        raise Refusal.invalid("The task is larger than 100 KB.")
    if not task.name:
        task.name = f"{request.parent}/tasks/{task_id}"
    if not is_task_name(task.name) or parent_of(task.name) != request.parent:
        raise Refusal.invalid("The task's name is not a name in this queue.")
    _set_times(task, now)
    _check_request(task)
    if task.HasField("retry_config"):
        completed_retry(task.retry_config)
        check_retry(task.retry_config)
    for output_only in ("dispatch_count", "response_count", "first_attempt", "last_attempt"):
        task.ClearField(output_only)
    return task


def _set_times(task: types.Task, now: datetime) -> None:
    task.create_time.FromDatetime(now.replace(microsecond=0))
    task.schedule_time.nanos -= task.schedule_time.nanos % 1000
    if read_time(task.schedule_time) > now + FARTHEST_SCHEDULE:
        raise Refusal.invalid("The schedule time is more than 30 days ahead.")
    if read_time(task.schedule_time) < now:
        task.schedule_time.FromDatetime(now)
    if not task.HasField("dispatch_deadline"):
        task.dispatch_deadline.FromTimedelta(DEFAULT_DEADLINE)
    task.dispatch_deadline.nanos -= task.dispatch_deadline.nanos % 1_000_000
    if not SHORTEST_DEADLINE <= read_duration(task.dispatch_deadline) <= LONGEST_DEADLINE:
        raise Refusal.invalid("The dispatch deadline must be from 15 seconds to 30 minutes.")


def _check_request(task: types.Task) -> None:
    if task.HasField("app_engine_http_request"):
        raise Refusal.absent("App Engine targets are not simulated.")
    if not task.HasField("http_request"):
        raise Refusal.invalid("The task has no HTTP request.")
    request = task.http_request
    request.url = _checked_url(request.url)
    if request.http_method == types.HttpMethod.HTTP_METHOD_UNSPECIFIED:
        request.http_method = types.HttpMethod(types.HttpMethod.POST)
    check_method(request.http_method)
    if request.body and request.http_method not in METHODS_WITH_BODY:
        raise Refusal.invalid("A body is allowed with POST, PUT and PATCH only.")
    if request.HasField("oauth_token"):
        raise Refusal.absent("OAuth tokens are not simulated.")
    if request.HasField("oidc_token") and not request.oidc_token.service_account_email:
        raise Refusal.invalid("The OIDC token names no service account.")
    if sum(len(name) + len(value) for name, value in request.headers.items()) > LARGEST_HEADERS:
        raise Refusal.invalid("The headers are larger than 80 KB.")
    for name, value in request.headers.items():
        check_header(name, value)


def _checked_url(url: str) -> str:
    encoded = encode_url(url)
    if len(encoded) > LONGEST_URL:
        raise Refusal.invalid("The URL is longer than 2083 characters.")
    try:
        parts = urlsplit(url)
        has_address = bool(parts.hostname) and parts.netloc.isascii() and parts.port != 0
    except ValueError:
        has_address = False
    if not has_address or not url.startswith(("http://", "https://")):
        raise Refusal.invalid("The URL must begin with http:// or https:// and name a host.")
    return encoded

"""What a queue may be set to, what it is when not set, and the queues of `queues.json`.

Source: `Queue`, `RateLimits`, `RetryConfig`, `HttpTarget` and `UpdateQueueRequest` of
google.cloud.tasks.v2.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from google.cloud.tasks_v2 import types
from google.protobuf.field_mask_pb2 import FieldMask
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .errors import Refusal
from .messages import RUNNING, Queue, check_header, read_duration
from .schedule import burst_size

_DEFAULT_MIN_BACKOFF = timedelta(milliseconds=100)
_OUTPUT_ONLY = ("name", "state", "purge_time")


class QueueSettings(BaseModel):
    """One queue of `queues.json`, which the deployment reads too; absent means the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_dispatches_per_second: float = Field(gt=0)
    max_concurrent_dispatches: int = Field(gt=0)
    min_backoff_seconds: int = Field(ge=0)
    max_backoff_seconds: int = Field(ge=0)
    max_doublings: int = Field(ge=0)
    max_attempts: int = Field(default=100, ge=-1)
    max_retry_duration_seconds: int = Field(default=0, ge=0)


def read_queues(path: Path, location: str) -> list[types.Queue]:
    """The queues of a file, made for a location.

    Raises `Refusal` if a queue is set to what Cloud Tasks does not allow, and `ValueError` if the
    file is not such a file.
    """
    settings = TypeAdapter(dict[str, QueueSettings]).validate_json(path.read_bytes())
    queues = []
    for queue_id, wanted in settings.items():
        queue = Queue(name=f"{location}/queues/{queue_id}", state=RUNNING)
        queue.rate_limits.max_dispatches_per_second = wanted.max_dispatches_per_second
        queue.rate_limits.max_concurrent_dispatches = wanted.max_concurrent_dispatches
        retry = queue.retry_config
        retry.max_attempts = wanted.max_attempts
        retry.max_retry_duration.FromSeconds(wanted.max_retry_duration_seconds)
        retry.min_backoff.FromSeconds(wanted.min_backoff_seconds)
        retry.max_backoff.FromSeconds(wanted.max_backoff_seconds)
        retry.max_doublings = wanted.max_doublings
        queues.append(checked(queue))
    return queues


def completed_retry(retry: types.RetryConfig, kept: Collection[str] = ()) -> None:
    """Set what is not set to its default, except the fields in `kept`."""
    if not retry.max_attempts and "max_attempts" not in kept:
        retry.max_attempts = 100
    if not retry.max_doublings and "max_doublings" not in kept:
        retry.max_doublings = 16
    if not retry.HasField("max_retry_duration"):
        retry.max_retry_duration.FromSeconds(0)
    if not retry.HasField("min_backoff"):
        retry.min_backoff.FromTimedelta(_DEFAULT_MIN_BACKOFF)
    if not retry.HasField("max_backoff"):
        retry.max_backoff.FromSeconds(3600)


def completed(queue: types.Queue, kept: Collection[str] = ()) -> types.Queue:
    """The queue as stored: settings that were not given have their defaults.

    `kept` are paths of a field mask whose zero is meant as a zero.
    """
    queue.state = RUNNING
    queue.ClearField("purge_time")
    limits = queue.rate_limits
    limits.max_dispatches_per_second = limits.max_dispatches_per_second or 500
    limits.max_concurrent_dispatches = limits.max_concurrent_dispatches or 1000
    completed_retry(queue.retry_config, [path.removeprefix("retry_config.") for path in kept])
    return checked(queue)


def updated(stored: types.Queue, wanted: types.Queue, mask: FieldMask) -> types.Queue:
    """The stored queue with the masked fields of another; without a mask, with all of them."""
    paths = [path for path in mask.paths if path.split(".")[0] not in _OUTPUT_ONLY]
    wanted = completed(wanted, kept=paths)
    if not mask.paths:
        paths = [field.name for field in Queue.DESCRIPTOR.fields if field.name not in _OUTPUT_ONLY]
    valid = FieldMask(paths=paths)
    if not valid.IsValidForDescriptor(Queue.DESCRIPTOR):
        raise Refusal.invalid("The update mask names a field that a queue does not have.")
    queue = Queue()
    queue.CopyFrom(stored)
    valid.MergeMessage(wanted, queue, replace_message_field=True, replace_repeated_field=True)
    return checked(queue)


def checked(queue: types.Queue) -> types.Queue:
    """The queue with its derived values, if its settings are allowed; else raises `Refusal`."""
    limits = queue.rate_limits
    if not 0 < limits.max_dispatches_per_second <= 500:
        raise Refusal.invalid("max_dispatches_per_second must be above 0 and at most 500.")
    if not 0 < limits.max_concurrent_dispatches <= 5000:
        raise Refusal.invalid("max_concurrent_dispatches must be from 1 to 5000.")
    limits.max_burst_size = burst_size(limits.max_dispatches_per_second)
    check_retry(queue.retry_config)
    if queue.HasField("app_engine_routing_override"):
        raise Refusal.absent("App Engine targets are not simulated.")
    _check_target(queue.http_target)
    return queue


def check_retry(retry: types.RetryConfig) -> None:
    """Refuse what Cloud Tasks refuses; durations are truncated to whole seconds."""
    if retry.max_attempts < -1 or retry.max_attempts == 0:
        raise Refusal.invalid("max_attempts must be -1 or at least 1.")
    if retry.max_doublings < 0:
        raise Refusal.invalid("max_doublings must not be negative.")
    for duration in (retry.max_retry_duration, retry.min_backoff, retry.max_backoff):
        if read_duration(duration) < timedelta():
            raise Refusal.invalid("Retry durations must not be negative.")
        if read_duration(duration) != _DEFAULT_MIN_BACKOFF:
            duration.nanos = 0
    if read_duration(retry.min_backoff) > read_duration(retry.max_backoff):
        raise Refusal.invalid("min_backoff must not be above max_backoff.")


def check_method(method: int) -> None:
    """Raises `Refusal` for a number that stands for no method."""
    if method not in types.HttpMethod.__members__.values():
        raise Refusal.invalid("There is no such HTTP method.")


def _check_target(target: types.HttpTarget) -> None:
    if target.HasField("oauth_token"):
        raise Refusal.absent("OAuth tokens are not simulated.")
    check_method(target.http_method)
    for each in target.header_overrides:
        check_header(each.header.key, each.header.value)
    token = target.oidc_token
    if target.HasField("oidc_token") and not (token.service_account_email and token.audience):
        raise Refusal.invalid("A queue's OIDC token needs service account email and audience.")
    override = target.uri_override
    if override.HasField("host") and not re.fullmatch(r"[A-Za-z0-9._-]+", override.host):
        raise Refusal.invalid("The host of a URI override is not a name of a host.")
    if not 0 <= override.port <= 65535:
        raise Refusal.invalid("The port of a URI override must be from 0 to 65535.")

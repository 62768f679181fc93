"""One attempt: the request that a worker receives, and what became of it.

Source: `HttpRequest` and `HttpTarget` of google.cloud.tasks.v2.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from google.cloud.tasks_v2 import types
from grpc import StatusCode

from .exchange import NoAnswer, Request, exchange
from .identity import TokenSigner
from .messages import METHODS_WITH_BODY, encode_url, parent_of, read_time, short_id
from .store import StoredTask

USER_AGENT = "Google-Cloud-Tasks"

_OURS = ("host", "content-length", "transfer-encoding", "connection", "user-agent")
_OURS_PREFIXES = ("x-google-", "x-appengine-", "x-cloudtasks-")
_LONGEST_RETRY_AFTER = 3600
_CODES = {
    400: StatusCode.INVALID_ARGUMENT,
    401: StatusCode.UNAUTHENTICATED,
    403: StatusCode.PERMISSION_DENIED,
    404: StatusCode.NOT_FOUND,
    409: StatusCode.ABORTED,
    429: StatusCode.RESOURCE_EXHAUSTED,
    500: StatusCode.INTERNAL,
    501: StatusCode.UNIMPLEMENTED,
    503: StatusCode.UNAVAILABLE,
    504: StatusCode.DEADLINE_EXCEEDED,
}


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended."""

    http_status: int | None
    """None if no answer came."""
    code: StatusCode
    retry_after: timedelta = timedelta()
    """What the worker asked for."""

    @property
    def is_success(self) -> bool:
        return self.code is StatusCode.OK

    @property
    def slows_queue(self) -> bool:
        return self.http_status in (429, 503)

    @property
    def message(self) -> str:
        """As Cloud Tasks words the status of an attempt."""
        label = f"{self.code.name}({self.code.value[0]})"
        if self.http_status is None:
            return f"{label}: no response"
        return f"{label}: HTTP status code {self.http_status}"


def request_of(
    stored: StoredTask, queue: types.Queue, signer: TokenSigner, now: datetime
) -> Request:
    """What the worker receives for a task, after the overrides of its queue."""
    wanted, target = stored.message.http_request, queue.http_target
    url = _overridden(wanted.url, target.uri_override)
    is_overridden = target.http_method != types.HttpMethod.HTTP_METHOD_UNSPECIFIED
    method = types.HttpMethod(target.http_method if is_overridden else wanted.http_method)
    body = wanted.body if method in METHODS_WITH_BODY else None
    headers = {name.lower(): value for name, value in wanted.headers.items()}
    for override in target.header_overrides:
        headers[override.header.key.lower()] = override.header.value
    headers = {
        name: value
        for name, value in headers.items()
        if name not in _OURS and not name.startswith(_OURS_PREFIXES)
    }
    headers["user-agent"] = USER_AGENT
    if body:
        headers.setdefault("content-type", "application/octet-stream")
    headers |= _task_headers(stored)
    token = target.oidc_token if target.HasField("oidc_token") else wanted.oidc_token
    if token.service_account_email:
        signed = signer.sign(
            service_account=token.service_account_email, audience=token.audience or url, now=now
        )
        headers["authorization"] = f"Bearer {signed}"
    return Request(method.name, url, headers, body)


async def send(request: Request, deadline: timedelta) -> Outcome:
    """Make the attempt; it is cut at the deadline."""
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            answer = await exchange(request)
    except TimeoutError:
        return Outcome(None, StatusCode.DEADLINE_EXCEEDED)
    except NoAnswer:
        return Outcome(None, StatusCode.UNAVAILABLE)
    if 200 <= answer.status < 300:
        return Outcome(answer.status, StatusCode.OK)
    code = _CODES.get(answer.status, StatusCode.UNKNOWN)
    return Outcome(answer.status, code, _retry_after(answer.headers.get("retry-after", "")))


def _task_headers(stored: StoredTask) -> dict[str, str]:
    task = stored.message
    headers = {
        "x-cloudtasks-queuename": short_id(parent_of(task.name)),
        "x-cloudtasks-taskname": short_id(task.name),
        "x-cloudtasks-taskretrycount": str(task.dispatch_count - 1),
        "x-cloudtasks-taskexecutioncount": str(stored.executions),
        "x-cloudtasks-tasketa": f"{read_time(task.schedule_time).timestamp():.6f}",
    }
    if stored.last_status is not None:
        headers["x-cloudtasks-taskpreviousresponse"] = str(stored.last_status)
    return headers


def _overridden(url: str, override: types.UriOverride) -> str:
    parts = urlsplit(url)
    only_missing = (
        override.uri_override_enforce_mode == types.UriOverride.UriOverrideEnforceMode.IF_NOT_EXISTS
    )
    scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    path, query = parts.path, parts.query
    if not only_missing:  # A task's URL always has a scheme and a host.
        if override.HasField("scheme"):
            scheme = "http" if override.scheme == types.UriOverride.Scheme.HTTP else "https"
        if override.HasField("host"):
            host = override.host
    if override.HasField("port") and not (only_missing and port):
        port = override.port or None
    if override.HasField("path_override") and not (only_missing and path):
        path = override.path_override.path
    if override.HasField("query_override") and not (only_missing and query):
        query = override.query_override.query_params
    if ":" in host:
        host = f"[{host}]"
    address = f"{host}:{port}" if port else host
    return encode_url(SplitResult(scheme, address, path or "/", query, "").geturl())


def _retry_after(header: str) -> timedelta:
    seconds = int(header) if header.isdecimal() else 0
    return timedelta(seconds=min(seconds, _LONGEST_RETRY_AFTER))

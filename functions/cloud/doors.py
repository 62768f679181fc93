"""The door of a function that tasks call: a body in, a status out.

The one map from our errors to statuses (Cloud Tasks retries whatever is not 2xx):

| what happened                       | answer | because                                         |
|-------------------------------------|--------|-------------------------------------------------|
| no token, wrong token               | 401    |                                                 |
| a token of somebody else            | 403    |                                                 |
| the issuer's keys cannot be had     | 503    | true of every item: the whole queue slows down  |
| a body that is not ours             | 200    | a retry cannot help; it is logged as an error   |
| Rejected, Undeliverable, …Needed    | 200    | settled in the record, an officer sees it       |
| Conflict, Ambiguous                 | 500    | this item again                                 |
| Transient                           | 500    | this item again; 503 would slow the whole queue |
| anything else                       | 500    | this item again, and an alert                   |
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError

from functions.cloud.callers import Callers, Forbidden, Unauthenticated
from functions.errors import Ambiguous, Conflict, TinBaoError, Transient

_log = logging.getLogger(__name__)
_LONGEST_ID = 64
_Body = TypeVar("_Body", bound=BaseModel)

Answer = tuple[str, int]


def answer_task(
    request: Request,
    *,
    callers: Callers,
    audience: str,
    body: type[_Body],
    act: Callable[[_Body], str | None],
) -> Answer:
    """Check the caller, read the body, act, and answer by the table above.

    `act` may give the word to answer with.
    """
    try:
        callers.check(request.headers.get("Authorization"), audience)
    except Unauthenticated as refusal:
        _log.warning("caller refused", extra={"reason": str(refusal)})
        return "unauthenticated", 401
    except Forbidden as refusal:
        _log.warning("caller refused", extra={"reason": str(refusal)})
        return "forbidden", 403
    except Transient as problem:
        _log.error("caller could not be checked", extra={"reason": str(problem)})
        return "not now", 503
    try:
        asked = body.model_validate_json(request.get_data() or b"{}")
    except ValidationError as error:
        _log.error("task body is not ours", extra={"problems": error.error_count()})
        return "not ours", 200
    try:
        return act(asked) or "done", 200
    except (Transient, Conflict, Ambiguous) as problem:
        _log.warning(
            "not done, again later",
            extra={"kind": type(problem).__name__, "reason": str(problem), **_ids(asked)},
        )
        return "again", 500
    except TinBaoError as problem:
        _log.error(
            "settled with a problem",
            extra={"kind": type(problem).__name__, "reason": str(problem), **_ids(asked)},
        )
        return "settled", 200
    except Exception:
        _log.exception("unexpected", extra=_ids(asked))
        return "failed", 500


def _ids(asked: BaseModel) -> dict[str, str]:
    # A body may carry a sealed event or a code: only its own short texts go into a log line.
    return {
        name: value
        for name, value in asked.model_dump().items()
        if isinstance(value, str) and len(value) <= _LONGEST_ID
    }

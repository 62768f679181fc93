"""What the simulator received: every API, OAuth, template and media call, for tests and eyes."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.zalo.clock import Clock, from_milliseconds, to_text
from infra.local.zalo.stream import Stream

_KEPT = 20_000


@dataclass(slots=True)
class Call:
    """One call; filled in while it is answered. `error` is Zalo's code, `fault` what struck."""

    number: int
    time: int
    kind: str
    method: str
    path: str
    page_id: str = ""
    request: object = None
    status: int | None = None
    error: int | str | None = None
    message: str = ""
    fault: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "time": to_text(from_milliseconds(self.time)),
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "page": self.page_id,
            "request": self.request,
            "status": self.status,
            "error": self.error,
            "message": self.message,
            "fault": self.fault,
        }


class Calls:
    """The last calls, and how many an app made in this minute. Forgotten at a restart."""

    def __init__(self, clock: Clock, stream: Stream) -> None:
        self._clock = clock
        self._stream = stream
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._number = 0
        self._minute = 0
        self._in_minute: dict[str, int] = {}

    def begin(self, kind: str, method: str, path: str) -> Call:
        self._number += 1
        call = Call(self._number, self._clock.milliseconds(), kind, method, path)
        self._calls.append(call)
        return call

    def end(self, call: Call, status: int | None, answer: Mapping[str, Any] | None = None) -> None:
        """Record the answer; no status means that none was given."""
        call.status = status
        if answer is not None:
            call.error = answer.get("error", answer.get("error_name"))
            call.message = str(answer.get("message", answer.get("error_reason", "")))
        self._stream.publish("call", number=call.number)

    def all(self) -> list[Call]:
        """Oldest first."""
        return list(self._calls)

    def forget(self) -> None:
        self._calls.clear()

    def count(self, app_id: str) -> int:
        """Count one call of the app; how many it made in this minute of the clock."""
        minute = self._clock.milliseconds() // 60_000
        if minute != self._minute:
            self._minute, self._in_minute = minute, {}
        self._in_minute[app_id] = self._in_minute.get(app_id, 0) + 1
        return self._in_minute[app_id]

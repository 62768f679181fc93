"""What goes wrong on purpose: faults by name, with a rate, a count and parameters."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from infra.local.zalo.events import POISONS

Parameters = Mapping[str, int | float | str | bool]

PLACES: Mapping[str, str] = {
    "page": "only for this page",
    "user_id": "only for this citizen",
    "event": "only for events of this name",
    "path": "only for API paths that begin so",
}
"""Any fault may be limited to a place where it strikes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault that exists; `does` is for the control room, `parameters` are their defaults."""

    name: str
    group: str
    does: str
    parameters: Parameters = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a parameter may be, where that is a closed set."""


WEBHOOK, MEDIA, SENDING, OAUTH, WORLD, TASKS = (
    "Webhook",
    "Tệp đính kèm",
    "Gửi tin",
    "OAuth",
    "Chung",
    "Hàng đợi công việc",
)

KINDS: tuple[Kind, ...] = (
    Kind("duplicate_events", WEBHOOK, "Gửi một sự kiện nhiều lần, cùng lúc", {"times": 2}),
    Kind("reorder_events", WEBHOOK, "Gửi sự kiện sau sự kiện kế tiếp của trang", {"seconds": 10}),
    Kind("delay_events", WEBHOOK, "Gửi sự kiện chậm (giây, theo đồng hồ chung)", {"seconds": 600}),
    Kind("drop_events", WEBHOOK, "Không bao giờ gửi sự kiện"),
    Kind("bad_signature", WEBHOOK, "Chữ ký sai"),
    Kind("missing_signature", WEBHOOK, "Không có tiêu đề chữ ký"),
    Kind("missing_msg_id", WEBHOOK, "Sự kiện tin nhắn không có msg_id"),
    Kind("unknown_event", WEBHOOK, "Gửi kèm một sự kiện có tên chưa từng biết"),
    Kind(
        "poison_event",
        WEBHOOK,
        f"Nội dung khó đọc: {', '.join(POISONS)}",
        {"kind": "deep"},
        {"kind": tuple(POISONS)},
    ),
    Kind("webhook_answer_lost", WEBHOOK, "Webhook trả 200 nhưng Zalo không nhận được"),
    Kind("echo_other_id", WEBHOOK, "Sự kiện oa_send_* mang msg_id khác với kết quả gửi"),
    Kind("media_gone", MEDIA, "Liên kết trả 404"),
    Kind("media_forbidden", MEDIA, "Liên kết trả 403"),
    Kind("media_error", MEDIA, "Liên kết trả lỗi máy chủ", {"status": 503}),
    Kind("media_redirect", MEDIA, "Liên kết chuyển hướng sang địa chỉ khác", {"to": ""}),
    Kind("media_slow", MEDIA, "Mỗi giây chỉ trả vài byte", {"seconds": 1.0, "bytes": 1}),
    Kind("media_empty_first", MEDIA, "Lần tải đầu của mỗi liên kết trả nội dung rỗng"),
    Kind(
        "media_oversize",
        MEDIA,
        "Trả dữ liệu rất lớn; có thể khai báo Content-Length",
        {"bytes": 1 << 40, "declares_length": False},
    ),
    Kind("media_truncated", MEDIA, "Khai báo đủ độ dài nhưng chỉ trả một nửa"),
    Kind("media_wrong_type", MEDIA, "Trả một trang HTML thay cho ảnh hoặc video"),
    Kind("media_bad_checksum", MEDIA, "checksum trong sự kiện không khớp với tệp"),
    Kind("media_foreign_host", MEDIA, "Sự kiện mang liên kết ở máy chủ lạ", {"host": "localhost"}),
    Kind("http_media", MEDIA, "Sự kiện mang liên kết http:// thay cho https://"),
    Kind("send_error", SENDING, "Không gửi, trả mã lỗi", {"code": -200, "message": ""}),
    Kind("send_timeout_before", SENDING, "Không gửi, không bao giờ trả lời", {"seconds": 60}),
    Kind("send_5xx", SENDING, "Không gửi, trả lỗi máy chủ", {"status": 503}),
    Kind("send_garbage", SENDING, "Không gửi, trả HTTP 200 với trang HTML"),
    Kind("deliver_but_error", SENDING, "Đã gửi nhưng trả mã lỗi", {"code": -200, "message": ""}),
    Kind("deliver_but_timeout", SENDING, "Đã gửi nhưng không trả lời", {"seconds": 60}),
    Kind("deliver_but_drop", SENDING, "Đã gửi nhưng cắt kết nối"),
    Kind("deliver_but_5xx", SENDING, "Đã gửi nhưng trả lỗi máy chủ", {"status": 502}),
    Kind("rate_limit", SENDING, "Mọi lời gọi API trả -32"),
    Kind("api_error", SENDING, "Lời gọi API bất kỳ trả mã lỗi", {"code": -200, "message": ""}),
    Kind("api_5xx", SENDING, "Lời gọi API bất kỳ trả lỗi máy chủ", {"status": 503}),
    Kind("oauth_drop_answer", OAUTH, "Đổi token xong rồi cắt kết nối, không trả lời"),
    Kind("oauth_drop_before", OAUTH, "Cắt kết nối khi chưa đổi token"),
    Kind("oauth_http_200_error", OAUTH, "Không đổi token, trả HTTP 200 với error_name"),
    Kind("oauth_html", OAUTH, "Không đổi token, trả HTTP 200 với trang HTML"),
    Kind("oauth_5xx", OAUTH, "Không đổi token, trả lỗi máy chủ", {"status": 503}),
    Kind("oauth_slow", OAUTH, "Đổi token ngay nhưng trả lời chậm", {"seconds": 5.0}),
    Kind("oauth_numeric_expires", OAUTH, "expires_in là số thay vì chuỗi"),
    Kind("oauth_missing_refresh_token", OAUTH, "Câu trả lời thiếu refresh_token"),
    Kind("token_revoked_on_refresh", OAUTH, "Access token cũ hết hiệu lực khi đổi token"),
    Kind("refresh_reuse_revokes", OAUTH, "Dùng lại refresh token làm mất cả cặp đang dùng"),
    Kind("scoped_user_ids", WORLD, "Mỗi trang thấy một user_id khác nhau của cùng một người"),
    Kind("drop_tasks", TASKS, "CreateTask trả OK nhưng không bao giờ chạy", {"queue": ""}),
    Kind("duplicate_tasks", TASKS, "Chạy hai lần, cùng lúc", {"queue": ""}),
    Kind("delay_tasks", TASKS, "Chạy chậm (giây)", {"queue": "", "seconds": 600}),
    Kind("refuse_tasks", TASKS, "CreateTask trả UNAVAILABLE", {"queue": ""}),
    Kind("hang_create_task", TASKS, "CreateTask không bao giờ trả lời", {"queue": ""}),
)

_BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is on. `count` is how often it may still strike; None is without end."""

    id: str
    name: str
    rate: float
    count: int | None
    parameters: Parameters

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "name": self.name,
            "rate": self.rate,
            "count": self.count,
            "parameters": dict(self.parameters),
        }


class Faults:
    """The faults that are on. They are forgotten at a restart."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._on: dict[str, Fault] = {}
        self.watchers: list[Callable[[], None]] = []

    def switch_on(
        self, name: str, *, rate: float = 1.0, count: int | None = None, parameters: Parameters
    ) -> Fault:
        """Raises ValueError for an unknown name or parameter, or one of the wrong type."""
        kind = _BY_NAME.get(name)
        if kind is None:
            raise ValueError(f"there is no fault {name!r}")
        for parameter, value in parameters.items():
            default = "" if parameter in PLACES else kind.parameters.get(parameter)
            if default is None:
                allowed = ", ".join([*kind.parameters, *PLACES])
                raise ValueError(f"{name} has no parameter {parameter!r}; it has: {allowed}")
            number = (int, float)
            wanted = number if type(default) in number else (type(default),)
            if type(value) not in wanted:
                raise ValueError(f"{name}: {parameter} must be of type {wanted[-1].__name__}")
            if value not in kind.choices.get(parameter, (value,)):
                raise ValueError(f"{name}: {parameter} is one of {kind.choices[parameter]}")
        fault = Fault(uuid.uuid4().hex[:12], name, rate, count, parameters)
        self._on[fault.id] = fault
        self._tell()
        return fault

    def switch_off(self, fault_id: str) -> bool:
        found = self._on.pop(fault_id, None) is not None
        self._tell()
        return found

    def switch_all_off(self) -> None:
        self._on.clear()
        self._tell()

    def all(self) -> list[Fault]:
        return list(self._on.values())

    def strikes(self, name: str, **place: str) -> Parameters | None:
        """Whether the fault happens here and now: its parameters with defaults, or None.

        A strike uses up one of its count.
        """
        for fault in list(self._on.values()):
            if fault.name != name or not _is_at(fault, place) or not self._draws(fault):
                continue
            if fault.count is not None:
                if fault.count <= 1:
                    del self._on[fault.id]
                else:
                    self._on[fault.id] = replace(fault, count=fault.count - 1)
                self._tell()
            return {**_BY_NAME[name].parameters, **fault.parameters}
        return None

    def happens(self, name: str, **place: str) -> bool:
        """The same, for a fault whose parameters do not matter."""
        return self.strikes(name, **place) is not None

    def is_on(self, name: str) -> bool:
        """Whether the fault is on at all; for states that last, so nothing is used up."""
        return any(fault.name == name for fault in self._on.values())

    def _draws(self, fault: Fault) -> bool:
        return fault.rate >= 1 or self._random.random() < fault.rate

    def _tell(self) -> None:
        for watcher in self.watchers:
            watcher()


def _is_at(fault: Fault, place: Mapping[str, str]) -> bool:
    for name, value in fault.parameters.items():
        if name not in PLACES:
            continue
        here = place.get(name, "")
        if not (here.startswith(str(value)) if name == "path" else here == value):
            return False
    return True

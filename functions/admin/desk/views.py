"""Which part of the open list somebody looks at: a unit, a queue and an order. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.admin.language import marked
from functions.reports.model import Report
from functions.reports.rows import OpenRow, Queue, due_at, shelf
from functions.units.model import Officer
from functions.units.roles import RESTRICTED, Permission, audience_of

_NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class QueueLabel:
    """A queue's name, what stands in it, and the key that opens it."""

    title: str
    hint: str
    key: str


QUEUES: Mapping[Queue, QueueLabel] = {
    Queue.ALL: QueueLabel(marked("Tất cả đang mở"), marked("Mọi phản ánh chưa có kết quả"), "1"),
    Queue.NEW: QueueLabel(marked("Mới, chưa ai nhận"), marked("Chờ cán bộ nhận xử lý"), "2"),
    Queue.URGENT: QueueLabel(marked("Khẩn"), marked("Đang diễn ra hoặc nguy hiểm"), "3"),
    Queue.MINE: QueueLabel(marked("Của tôi"), marked("Đồng chí đang xử lý"), "4"),
    Queue.ANSWERED: QueueLabel(
        marked("Có tin mới"), marked("Người dân nhắn thêm sau lần xử lý gần nhất"), "5"
    ),
    Queue.WAITING: QueueLabel(
        marked("Chờ bổ sung"), marked("Đã hỏi, người phản ánh chưa trả lời"), "6"
    ),
    Queue.ACCEPTED: QueueLabel(marked("Đang xác minh"), marked("Đã thụ lý"), "7"),
    Queue.TRANSFERS: QueueLabel(
        marked("Chuyển đến"), marked("Đơn vị khác chuyển, chờ tiếp nhận"), "8"
    ),
    Queue.APPROVALS: QueueLabel(
        marked("Chờ duyệt"), marked("Nội dung cán bộ trình, chờ lãnh đạo duyệt"), "b"
    ),
    Queue.QUESTIONS: QueueLabel(marked("Hỏi đáp"), marked("Câu hỏi về thủ tục"), "9"),
    Queue.RESTRICTED: QueueLabel(marked("Hạn chế"), marked("Chỉ thanh tra thấy"), "0"),
}
"""In the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class View:
    """A queue of a unit and everything below it, in an order."""

    unit_id: str
    queue: Queue = Queue.ALL
    is_newest_first: bool = False

    @property
    def name(self) -> str:
        """As forms carry it, such as `pc08|new`."""
        parts = [self.unit_id, self.queue.value, *([_NEWEST] if self.is_newest_first else [])]
        return "|".join(parts)

    @property
    def address(self) -> dict[str, str]:
        """As addresses carry it."""
        order = {"order": _NEWEST} if self.is_newest_first else {}
        return {"unit": self.unit_id, "queue": self.queue.value, **order}

    def of(self, queue: Queue) -> "View":
        """The same unit's other queue, in the same order."""
        return View(self.unit_id, queue, self.is_newest_first)

    def shelves(self, officer: Officer) -> list[str]:
        """The shelves that this view shows to this officer."""
        if self.queue is Queue.MINE:
            return [shelf(officer.subject, Queue.MINE)]
        if self.queue is Queue.APPROVALS:
            return [shelf(one, self.queue) for one in _approved_by(officer, self.unit_id)]
        own = {self.unit_id, f"{RESTRICTED}{self.unit_id}"}
        return [shelf(one, self.queue) for one in officer.audiences if one in own]

    def cursor(self, row: OpenRow) -> tuple[datetime, str]:
        """Where the list goes on after that row."""
        return (row.opened_at if self.is_newest_first else row.due_at), row.report_id

    def cursor_of(self, report: Report) -> tuple[datetime, str]:
        """Where the list goes on after that report, as it stood in it."""
        return (report.opened_at if self.is_newest_first else due_at(report)), report.id


def queues_for(officer: Officer, unit_id: str) -> tuple[Queue, ...]:
    """The queues that this officer has in that unit."""
    has = {
        Queue.RESTRICTED: f"{RESTRICTED}{unit_id}" in officer.audiences,
        Queue.APPROVALS: bool(_approved_by(officer, unit_id)),
    }
    return tuple(one for one in QUEUES if has.get(one, True))


def _approved_by(officer: Officer, unit_id: str) -> list[str]:
    """The audiences of that unit whose words this officer may approve."""
    return [
        audience_of((unit_id,), is_restricted=is_restricted)[0]
        for is_restricted in (False, True)
        if officer.may(Permission.APPROVE_WORDS, (unit_id,), is_restricted=is_restricted)
    ]


def view_of(officer: Officer, unit_id: str, queue: str, order: str) -> View | None:
    """The view, or None where there is none such for this officer; "" asks for the usual one."""
    if not officer.unit_ids:
        return None
    unit_id = unit_id or officer.unit_ids[0]
    queue = queue or Queue.ALL.value
    if unit_id not in officer.unit_ids or order not in {"", "due", _NEWEST}:
        return None
    if queue not in {one.value for one in queues_for(officer, unit_id)}:
        return None
    return View(unit_id, Queue(queue), order == _NEWEST)


def view_named(officer: Officer, name: str) -> View | None:
    """The view of a form's `view` field, or None where this officer has none such."""
    unit_id, _, rest = name.partition("|")
    queue, _, order = rest.partition("|")
    return view_of(officer, unit_id, queue, order)


def seen_by(officer: Officer, rows: Sequence[OpenRow]) -> list[OpenRow]:
    """Those of the rows that are this officer's to see: one may have been taken away from them."""
    allowed = {shelf(one, Queue.ALL) for one in officer.audiences}
    return [row for row in rows if not allowed.isdisjoint(row.shelves)]

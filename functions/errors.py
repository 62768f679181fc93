"""Every error of ours, by who can do something about it.

    TinBaoError
    ├── Transient       nobody: the same call may succeed later
    ├── Conflict        whoever acted: somebody else was faster, read again
    ├── Rejected        the caller: what was sent cannot be taken
    ├── Undeliverable   an officer: this message cannot reach this person now
    ├── OperatorNeeded  an operator: settings, grants or money are missing
    └── Ambiguous       time, then an officer: it may or may not have happened

A door turns them into an HTTP status in one place (`functions.cloud.doors`). `str(error)` is for
the log: English, ids only. A sentence for a person is Vietnamese and stands in `sentence`.
"""


class TinBaoError(Exception):
    """Base of all our errors."""

    sentence = "Hệ thống gặp sự cố. Xin thử lại sau ít phút."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        if sentence is not None:
            self.sentence = sentence


class Transient(TinBaoError):
    """The other side was busy, slow or away; nothing happened. Try again later."""


class Conflict(TinBaoError):
    """The record changed since it was read. Read again and decide again."""

    sentence = "Nội dung vừa được người khác cập nhật. Xin xem lại trước khi lưu."


class Rejected(TinBaoError):
    """The input cannot be accepted, now or later."""

    sentence = "Nội dung gửi lên không hợp lệ."


class Undeliverable(TinBaoError):
    """This message cannot be delivered to this person, at least not now."""

    sentence = "Chưa gửi được tin cho người dân."


class OperatorNeeded(TinBaoError):
    """An operator has to act first: a grant, a setting, a paid account."""

    sentence = "Cần quản trị viên xử lý cấu hình trước khi tiếp tục."


class Ambiguous(TinBaoError):
    """The request left us and no clear answer came: it may have been carried out."""

    sentence = "Chưa rõ tin đã đến người dân hay chưa."

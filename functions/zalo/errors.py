"""What Zalo refused, as a class that says what the caller can do about it.

    ZaloError
    ├── RetryLater            Transient: nothing happened, ask again after `retry_after`
    │   └── NotSent             no byte left us: no route, no connection, no TLS
    ├── TokenRefused          Transient: read the page's token again, then wait for the renewal
    ├── DeferredUntil         Undeliverable: a quota or the night; `until` when that is known
    ├── WindowClosed          Undeliverable: waits for the citizen's next touch
    ├── PermanentForCitizen   Undeliverable: this citizen cannot or does not want to be reached
    ├── ConfigurationRefused  OperatorNeeded: a grant, a setting, a package or money is missing
    │   ├── WrongEndpoint       this kind of page uses the other sending endpoint
    │   └── PageNotConnected    no grant that works: consent again on "Kết nối trang"
    ├── InvalidMessage        Rejected: the content has to change
    │   ├── AttachmentExpired   upload it again, send once more
    │   └── QuoteRefused        the quoted message is not known any more: send without quoting
    └── AmbiguousDelivery     Ambiguous: it may have been carried out; look for evidence

Which code is which stands in `refusals.py`. `str(error)` holds a code and our own words, never
Zalo's text, which may quote ours.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from functions.errors import (
    Ambiguous,
    OperatorNeeded,
    Rejected,
    TinBaoError,
    Transient,
    Undeliverable,
)


class ZaloError(TinBaoError):
    """Base of what comes from Zalo's side.

    Attributes:
        code: Zalo's number, if there was one.
        alarm: an operator should look: we do not know this answer.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        sentence: str | None = None,
        alarm: bool = False,
    ) -> None:
        super().__init__(message, sentence=sentence)
        self.code = code
        self.alarm = alarm


class RetryLater(ZaloError, Transient):
    """Nothing happened. The same call may succeed after `retry_after`."""

    sentence = "Zalo đang bận hoặc mất kết nối. Hệ thống sẽ tự gửi lại."

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta = timedelta(minutes=1),
        code: int | None = None,
        sentence: str | None = None,
    ) -> None:
        super().__init__(message, code=code, sentence=sentence)
        self.retry_after = retry_after


class NotSent(RetryLater):
    """No byte of the request left us."""


class TokenRefused(ZaloError, Transient):
    """The access token is not accepted. Read it again once; then wait for its renewal."""

    sentence = "Quyền truy cập trang Zalo cần được làm mới. Hệ thống sẽ tự xử lý và gửi lại."


class Deferral(StrEnum):
    """Why a message has to wait for a time rather than for a person."""

    NIGHT = "night"
    PAGE_QUOTA = "page_quota"
    CITIZEN_QUOTA = "citizen_quota"
    ARTICLE_QUOTA = "article_quota"


class DeferredUntil(ZaloError, Undeliverable):
    """Not now. `until` is None when Zalo does not say when the next period begins."""

    def __init__(
        self,
        message: str,
        *,
        reason: Deferral,
        until: datetime | None = None,
        code: int | None = None,
        sentence: str | None = None,
    ) -> None:
        super().__init__(message, code=code, sentence=sentence)
        self.reason = reason
        self.until = until


class WindowClosed(ZaloError, Undeliverable):
    """The page may not write to this citizen until they write, tap or follow again."""

    sentence = "Người dân chưa tương tác với trang trong 7 ngày qua nên Zalo không cho gửi tin."


class PermanentForCitizen(ZaloError, Undeliverable):
    """This citizen cannot be reached in this way, or does not want to be."""

    sentence = "Không thể gửi tin cho người dân này qua Zalo."


class ConfigurationRefused(ZaloError, OperatorNeeded):
    """A grant, a setting, a package or money is missing on Zalo's side."""

    sentence = "Zalo từ chối vì cấu hình của trang. Cần quản trị viên xử lý."


class WrongEndpoint(ConfigurationRefused):
    """This kind of page uses the other sending endpoint (-235, -240)."""


class PageNotConnected(ConfigurationRefused):
    """There is no grant of this page that works; an administrator of the page must consent."""

    sentence = (
        "Trang chưa được kết nối hoặc quyền truy cập đã hết. "
        "Cần quản trị viên của trang thực hiện lại bước Kết nối trang."
    )


class InvalidMessage(ZaloError, Rejected):
    """The content breaks one of Zalo's rules; it has to change."""

    sentence = "Nội dung tin không đúng quy cách của Zalo. Cần chỉnh sửa trước khi gửi lại."


class AttachmentExpired(InvalidMessage):
    """An uploaded attachment is older than 7 days."""


class QuoteRefused(InvalidMessage):
    """The quoted message cannot be quoted."""


class AmbiguousDelivery(ZaloError, Ambiguous):
    """The request left us and it may have been carried out. Never repeat it blindly."""

    sentence = (
        "Chưa rõ tin đã đến người dân hay chưa. Cần kiểm tra hội thoại trên Zalo trước khi gửi lại."
    )

"""Zalo's codes as tables: their text, the class a caller acts on, the sentence a person reads.

Sources: "Mã lỗi" of the OA API and of ZNS/ZBS (Zalo's documents). The class is our judgement. A
code in no table is ambiguous and alarmed, never dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from functions.vietnam import VIETNAM
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    ConfigurationRefused,
    Deferral,
    DeferredUntil,
    InvalidMessage,
    PermanentForCitizen,
    QuoteRefused,
    RetryLater,
    TokenRefused,
    WindowClosed,
    WrongEndpoint,
    ZaloError,
)


class Product(StrEnum):
    """Whose table of codes an answer belongs to."""

    OFFICIAL_ACCOUNT = "official_account"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row: a code, and what it means for us.

    Attributes:
        marker: for a code with several meanings, a part of Zalo's text (lower case) that selects
            the row; the row without one is the rest.
        until: the local time (Vietnam) at which a deferral ends.
    """

    code: int
    text: str
    kind: type[ZaloError]
    sentence: str | None = None
    marker: str = ""
    reason: Deferral = Deferral.PAGE_QUOTA
    until: time | None = None
    retry_after: timedelta = timedelta(minutes=1)


_MORNING = time(6)
_MIDNIGHT = time(0)

_KEY_WRONG = "Khóa bí mật của ứng dụng Zalo không khớp. Quản trị viên cần kiểm tra lại cấu hình."
_PAGE_OFF = "Trang Zalo không tồn tại hoặc đang bị vô hiệu hóa. Quản trị viên cần kiểm tra trang."
_APP_OFF = "Ứng dụng Zalo chưa được kích hoạt hoặc đã bị khóa. Quản trị viên cần kiểm tra ứng dụng."
_NO_GRANT = (
    "Trang chưa cấp quyền này cho ứng dụng. Quản trị viên của trang cần thực hiện lại bước "
    "Kết nối trang."
)
_MONEY = (
    "Tài khoản thanh toán Zalo của trang chưa liên kết hoặc đã hết tiền. Cần quản trị viên xử lý."
)
_QUOTA = "Trang đã dùng hết hạn mức gửi tin của Zalo trong kỳ này. Hệ thống sẽ gửi lại ở kỳ sau."
_RECEIVED = "Người dân đã nhận đủ số tin Zalo cho phép trong kỳ này. Hệ thống sẽ gửi lại sau."
_NIGHT = "Zalo không cho gửi loại tin này từ 22 giờ đến 6 giờ. Hệ thống sẽ gửi lại vào buổi sáng."
_TEMPLATE = (
    "Mẫu tin Zalo chưa được duyệt, đã bị khóa hoặc trang chưa được dùng. Cần quản trị viên xử lý."
)
_REFUSES = "Người dân đã từ chối nhận tin từ trang."
_INACTIVE = "Tài khoản Zalo của người dân bị khóa hoặc đã lâu không hoạt động."
_TOUCH = "Người dân chưa tương tác với trang trong 7 ngày qua. Tin sẽ gửi khi người dân nhắn lại."
_PHONE = "Số điện thoại không có tài khoản Zalo nhận được tin. Cần liên hệ bằng cách khác."
_GROUP = "Nhóm Zalo không còn hoạt động hoặc trang không thuộc nhóm."

OFFICIAL_ACCOUNT_REFUSALS = (
    Refusal(
        -32,
        "Your OA reached limit call api",
        RetryLater,
        "Trang đang gọi Zalo quá giới hạn cho phép. Hệ thống sẽ tự gửi lại sau ít phút.",
        marker="your oa",
        retry_after=timedelta(minutes=5),
    ),
    Refusal(
        -32,
        "Your application reached limit call api",
        RetryLater,
        "Ứng dụng đang gọi Zalo quá giới hạn mỗi phút. Hệ thống sẽ tự gửi lại.",
    ),
    Refusal(
        -100,
        "attachment_id was expired",
        AttachmentExpired,
        "Tệp đã tải lên Zalo quá 7 ngày nên hết hạn. Cần tải lên lại rồi gửi.",
    ),
    Refusal(-200, "Send message failed", AmbiguousDelivery),
    Refusal(-201, "quote_message_id is invalid", QuoteRefused, marker="quote"),
    Refusal(-201, "A field is invalid", InvalidMessage),
    Refusal(-202, "Invalid Mac", ConfigurationRefused, _KEY_WRONG),
    Refusal(-204, "Official Account is disable", ConfigurationRefused, _PAGE_OFF),
    Refusal(-205, "Official Account is not exist", ConfigurationRefused, _PAGE_OFF),
    Refusal(-207, "OA not registered as 3rd party", ConfigurationRefused, _NO_GRANT),
    Refusal(-208, "OA does not have secret key", ConfigurationRefused, _KEY_WRONG),
    Refusal(-209, "Not supported this api", ConfigurationRefused, _APP_OFF),
    Refusal(-210, "Parameter exceeds allowable limit", InvalidMessage),
    Refusal(-211, "Out of quota", DeferredUntil, _QUOTA),
    Refusal(-212, "App has not registered this api", ConfigurationRefused, _APP_OFF),
    Refusal(
        -213,
        "User has not followed OA",
        WindowClosed,
        "Người dân chưa quan tâm trang. Tin sẽ gửi khi người dân quan tâm hoặc nhắn lại.",
    ),
    Refusal(
        -214,
        "Article is being processed",
        RetryLater,
        "Zalo đang xử lý bài viết. Hệ thống sẽ tự kiểm tra lại.",
        retry_after=timedelta(seconds=10),
    ),
    Refusal(-215, "Invalid app id", ConfigurationRefused, _APP_OFF),
    Refusal(-216, "Access token is invalid", TokenRefused),
    Refusal(-217, "User has blocked invitation from OA", PermanentForCitizen, _REFUSES),
    Refusal(-218, "Out of quota receive", DeferredUntil, _RECEIVED, reason=Deferral.CITIZEN_QUOTA),
    Refusal(-219, "App is removed or disabled", ConfigurationRefused, _APP_OFF),
    Refusal(-220, "access_token is expired or removed", TokenRefused),
    Refusal(
        -221,
        "OA needs to be verified to use this feature",
        ConfigurationRefused,
        "Trang chưa được Zalo xác thực. Quản trị viên cần hoàn tất xác thực trang.",
    ),
    Refusal(-222, "User is banned or inactive", PermanentForCitizen, _INACTIVE),
    Refusal(
        -223,
        "OA reached quota create article",
        DeferredUntil,
        "Trang đã đăng đủ số bài viết Zalo cho phép trong kỳ này.",
        marker="quota",
        reason=Deferral.ARTICLE_QUOTA,
    ),
    Refusal(-223, "OA has not authorized this API", ConfigurationRefused, _NO_GRANT),
    Refusal(
        -224,
        "OA needs to upgrade Tier Package",
        ConfigurationRefused,
        "Gói dịch vụ Zalo của trang không có tính năng này. Cần quản trị viên nâng gói.",
    ),
    Refusal(-227, "User is banned or inactive over 45 days", PermanentForCitizen, _INACTIVE),
    Refusal(-230, "User has not interacted in the past 7 days", WindowClosed, _TOUCH),
    Refusal(-232, "User has not interacted, or too long ago", WindowClosed, _TOUCH),
    Refusal(-233, "Message type is invalid or not supported", InvalidMessage),
    Refusal(
        -234,
        "Cannot be sent at night",
        DeferredUntil,
        _NIGHT,
        reason=Deferral.NIGHT,
        until=_MORNING,
    ),
    Refusal(-235, "API does not support this type of OA", WrongEndpoint),
    Refusal(-237, "The group is disabled", InvalidMessage, _GROUP),
    Refusal(-238, "asset_id is already used", InvalidMessage),
    Refusal(-240, "MessageV2 API has been shut down", WrongEndpoint),
    Refusal(-241, "asset_id is disabled", InvalidMessage),
    Refusal(-242, "Invalid appsecret_proof", ConfigurationRefused, _KEY_WRONG),
    Refusal(
        -244,
        "User has restricted this message type",
        PermanentForCitizen,
        "Người dân đã chặn loại tin này từ trang.",
    ),
    Refusal(
        -248,
        "Violates our platform standards",
        ConfigurationRefused,
        "Zalo cho rằng nội dung vi phạm tiêu chuẩn nền tảng. Cần quản trị viên xem lại nội dung "
        "và liên hệ Zalo.",
    ),
    Refusal(
        -249,
        "Template does not support sending by user id",
        InvalidMessage,
        "Mẫu tin này không gửi được theo tài khoản Zalo. Cần gửi theo số điện thoại.",
    ),
    Refusal(-305, "OA cannot respond after 48 hours", WindowClosed, _TOUCH),
    Refusal(-311, "Out of quota for responding", DeferredUntil, _QUOTA),
    Refusal(-320, "Need Zalo Cloud Account", ConfigurationRefused, _MONEY),
    Refusal(-321, "Zalo Cloud Account is out of money", ConfigurationRefused, _MONEY),
    Refusal(-403, "OA is not in the group", InvalidMessage, _GROUP),
    Refusal(-1340, "Form not found", InvalidMessage),
    Refusal(-1341, "No access to the form", InvalidMessage),
)

TEMPLATE_REFUSALS = (
    Refusal(-100, "Unknown, try again", RetryLater),
    Refusal(-101, "App invalid", ConfigurationRefused, _APP_OFF),
    Refusal(-102, "App does not exist", ConfigurationRefused, _APP_OFF),
    Refusal(-103, "App not activated", ConfigurationRefused, _APP_OFF),
    Refusal(-104, "App secret invalid", ConfigurationRefused, _KEY_WRONG),
    Refusal(-105, "App not linked to the OA", ConfigurationRefused, _NO_GRANT),
    Refusal(-106, "Method unsupported", ConfigurationRefused),
    Refusal(-107, "Message id invalid", InvalidMessage),
    Refusal(-108, "Phone number invalid", PermanentForCitizen, "Số điện thoại không hợp lệ."),
    Refusal(-109, "Template id invalid", ConfigurationRefused, _TEMPLATE),
    Refusal(-110, "Recipient's Zalo version unsupported", PermanentForCitizen, _PHONE),
    Refusal(-111, "Template data empty", InvalidMessage),
    Refusal(-112, "Template data invalid", InvalidMessage),
    Refusal(-113, "Button invalid", InvalidMessage),
    Refusal(-114, "User inactive, rejects or cannot receive", PermanentForCitizen, _PHONE),
    Refusal(-115, "Out of balance", ConfigurationRefused, _MONEY),
    Refusal(-116, "Text invalid", InvalidMessage),
    Refusal(-117, "Not permitted to use this template", ConfigurationRefused, _TEMPLATE),
    Refusal(-118, "Zalo account does not exist", PermanentForCitizen, _PHONE),
    Refusal(-119, "Account cannot receive", PermanentForCitizen, _PHONE),
    Refusal(-120, "OA has no permission for this function", ConfigurationRefused, _NO_GRANT),
    Refusal(-121, "Body empty", InvalidMessage),
    Refusal(-122, "Body format invalid", InvalidMessage),
    Refusal(-123, "Cannot decrypt", ConfigurationRefused, _KEY_WRONG),
    Refusal(-124, "Access token invalid", TokenRefused),
    Refusal(-125, "OA id invalid", ConfigurationRefused, _PAGE_OFF),
    Refusal(
        -126,
        "Development wallet out of quota",
        DeferredUntil,
        "Đã hết hạn mức tin thử nghiệm của Zalo. Hệ thống sẽ gửi lại ở kỳ sau.",
    ),
    Refusal(
        -127,
        "Test template goes to admins only",
        ConfigurationRefused,
        "Mẫu tin thử nghiệm chỉ gửi được cho quản trị viên của trang.",
    ),
    Refusal(-128, "RSA key missing", ConfigurationRefused, _KEY_WRONG),
    Refusal(-129, "RSA key invalid", ConfigurationRefused, _KEY_WRONG),
    Refusal(-130, "Content over its maximum length", InvalidMessage),
    Refusal(-131, "Template not approved", ConfigurationRefused, _TEMPLATE),
    Refusal(-132, "Parameter invalid", InvalidMessage),
    Refusal(
        -133, "Not allowed at night", DeferredUntil, _NIGHT, reason=Deferral.NIGHT, until=_MORNING
    ),
    Refusal(
        -134,
        "User has not answered opt-in",
        PermanentForCitizen,
        "Người dân chưa đồng ý nhận loại tin này.",
    ),
    Refusal(
        -135,
        "OA not allowed to send",
        ConfigurationRefused,
        "Trang chưa được phép gửi tin theo mẫu. Quản trị viên cần xác thực trang và chọn gói.",
    ),
    Refusal(-136, "Need a linked Zalo Cloud Account", ConfigurationRefused, _MONEY),
    Refusal(-137, "Zalo Cloud Account is out of money", ConfigurationRefused, _MONEY),
    Refusal(-138, "App not permitted", ConfigurationRefused, _NO_GRANT),
    Refusal(-139, "User opted out of this kind", PermanentForCitizen, _REFUSES),
    Refusal(-140, "OA not allowed this kind", ConfigurationRefused, _TEMPLATE),
    Refusal(-141, "User refuses messages from this OA", PermanentForCitizen, _REFUSES),
    Refusal(-144, "OA daily quota exceeded", DeferredUntil, _QUOTA, until=_MIDNIGHT),
    Refusal(-145, "OA not allowed this content type", ConfigurationRefused, _TEMPLATE),
    Refusal(-146, "Template disabled for low quality", ConfigurationRefused, _TEMPLATE),
    Refusal(-147, "Template daily quota exceeded", DeferredUntil, _QUOTA, until=_MIDNIGHT),
    Refusal(
        -1471,
        "Template limit for this user exceeded",
        DeferredUntil,
        _RECEIVED,
        reason=Deferral.CITIZEN_QUOTA,
        until=_MIDNIGHT,
    ),
    Refusal(
        -1472,
        "Template limit for this user exceeded",
        DeferredUntil,
        _RECEIVED,
        reason=Deferral.CITIZEN_QUOTA,
        until=_MIDNIGHT,
    ),
    Refusal(-148, "Journey token missing", InvalidMessage),
    Refusal(-149, "Journey token invalid", InvalidMessage),
    Refusal(-150, "Journey token expired", InvalidMessage),
)

_TABLES = {
    Product.OFFICIAL_ACCOUNT: OFFICIAL_ACCOUNT_REFUSALS,
    Product.TEMPLATE: TEMPLATE_REFUSALS,
}


def error_from_reply(
    code: int | None,
    message: str,
    http_status: int,
    *,
    now: datetime,
    product: Product = Product.OFFICIAL_ACCOUNT,
) -> ZaloError:
    """The error to raise for an answer of Zalo's that is not a success.

    Args:
        code: `error` in the body; None when the body is not Zalo's JSON.
        message: `message` in the body: decides between the two meanings of -32 and of -223.
        http_status: of the answer; decides when there is no code.
        now: the moment of the answer, for deferrals to a time of day.
        product: whose code it is; the other table is read when this one does not know it.
    """
    others = [table for owner, table in _TABLES.items() if owner != product]
    for table in (_TABLES[product], *others):
        row = _row(table, code, message.casefold())
        if row is not None:
            return _error(row, now)
    if code is None and http_status == 429:
        return RetryLater("Zalo answered HTTP 429")
    if http_status == 404:
        return ConfigurationRefused("Zalo has no such address: HTTP 404", code=code, alarm=True)
    is_outage = code is None and http_status >= 500
    return AmbiguousDelivery(
        f"Zalo answered HTTP {http_status}, code {code}", code=code, alarm=not is_outage
    )


def _row(table: Iterable[Refusal], code: int | None, message: str) -> Refusal | None:
    return next((row for row in table if row.code == code and row.marker in message), None)


def _error(row: Refusal, now: datetime) -> ZaloError:
    text = f"Zalo answered {row.code}: {row.text}"
    if issubclass(row.kind, DeferredUntil):
        until = None if row.until is None else _next(row.until, now)
        return row.kind(text, reason=row.reason, until=until, code=row.code, sentence=row.sentence)
    if issubclass(row.kind, RetryLater):
        return row.kind(text, retry_after=row.retry_after, code=row.code, sentence=row.sentence)
    return row.kind(text, code=row.code, sentence=row.sentence)


def _next(moment: time, now: datetime) -> datetime:
    """The next time it is `moment` in Vietnam."""
    local = now.astimezone(VIETNAM)
    candidate = datetime.combine(local.date(), moment, VIETNAM)
    if candidate <= local:
        candidate += timedelta(days=1)
    return candidate.astimezone(now.tzinfo)

"""How a page's connection to Zalo stands, in words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from functions.admin.presentation import moment
from functions.units.model import Page
from functions.zalo.grants import Consent, Phase, TokenPointer


class Standing(StrEnum):
    """What has to be done about a connection, the most urgent first."""

    LOST = "lost"
    NEVER = "never"
    DUE = "due"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Connection:
    """A page's connection as an administrator reads it."""

    page_id: str
    page: str
    unit: str
    standing: Standing
    label: str
    detail: str


SENTENCES = {
    Consent.CONNECTED: "Đã kết nối trang {page}. Tin đang chờ của trang sẽ được gửi trong ít phút.",
    Consent.DENIED: "Zalo chưa cấp quyền cho trang {page}. Xin đồng chí bấm Kết nối lại và đồng ý "
    "cấp quyền cho ứng dụng.",
    Consent.EXPIRED: "Lần kết nối này đã quá 10 phút, đã được dùng hoặc thuộc phiên làm việc khác. "
    "Xin đồng chí bấm Kết nối lại.",
    Consent.OTHER_PAGE: "Đồng chí đã cấp quyền cho một trang khác nên trang {page} chưa được kết "
    "nối. Xin đồng chí bấm Kết nối lại và chọn đúng trang {page}.",
    Consent.REFUSED: "Zalo không chấp nhận lần cấp quyền cho trang {page}. Xin đồng chí bấm Kết "
    "nối lại. Nếu vẫn không được, đề nghị kiểm tra trên trang quản trị của Zalo: ứng dụng đang "
    "hoạt động, trang và ứng dụng còn liên kết.",
    Consent.UNCLEAR: "Chưa rõ trang {page} đã được kết nối hay chưa. Xin đồng chí chờ một phút rồi "
    "tải lại trang này; nếu trạng thái chưa đổi, xin bấm Kết nối lại.",
    Consent.NOT_SENT: "Zalo đang bận hoặc mất kết nối mạng nên trang {page} chưa được kết nối. Xin "
    "đồng chí bấm Kết nối lại sau ít phút.",
    Consent.OVERTAKEN: "Trang {page} vừa được làm mới hoặc kết nối ở nơi khác cùng lúc. Xin đồng "
    "chí xem trạng thái bên dưới.",
    Consent.NOT_STORED: "Hệ thống chưa lưu được kết nối của trang {page}. Xin đồng chí báo bộ phận "
    "vận hành hệ thống trước khi kết nối lại.",
}
"""What an administrator is told about a consent, and what to do."""


def connection_of(
    page: Page, *, unit: str, pointer: TokenPointer | None, now: datetime
) -> Connection:
    """How the page's connection stands at `now`."""
    standing, label, detail = _words(page.id, pointer, now)
    return Connection(page.id, page.name, unit, standing, label, detail)


def in_order(connections: list[Connection]) -> list[Connection]:
    """What has to be done comes first; then by the pages' names."""
    urgency = list(Standing)
    return sorted(connections, key=lambda one: (urgency.index(one.standing), one.page))


def borne_out(consent: Consent, connection: Connection | None) -> Consent:
    """How it ended: an address may say anything, so CONNECTED is seen in the connection."""
    is_connected = connection is not None and connection.standing is Standing.CONNECTED
    return Consent.UNCLEAR if consent is Consent.CONNECTED and not is_connected else consent


def sentence_of(consent: Consent, connection: Connection | None) -> str:
    """What to tell about a consent for that page, None where it is not known which."""
    return SENTENCES[consent].format(page=connection.page if connection else "đã chọn")


def _words(page_id: str, pointer: TokenPointer | None, now: datetime) -> tuple[Standing, str, str]:
    if pointer is None:
        return Standing.NEVER, "Chưa kết nối", "Trang chưa gửi được tin cho người dân."
    until, due = pointer.access_expires_at, pointer.due_at(page_id)
    is_usable = now < until and pointer.refused_at is None
    if pointer.need_reauth is not None:
        told = f"Còn gửi được tin đến {moment(until)}." if is_usable else "Tin đang được giữ lại."
        since = f"Từ {moment(pointer.need_reauth)}."
        return Standing.LOST, "Mất kết nối, cần kết nối lại", f"{since} {told}"
    is_due = now >= due or pointer.attempt is not None
    if is_usable and not is_due:
        told = f"Hệ thống tự làm mới lúc {moment(due)}."
        return Standing.CONNECTED, f"Đang kết nối đến {moment(until)}", told
    if pointer.attempt is not None and pointer.attempt.phase is Phase.LOST:
        told = "Lần làm mới gần nhất không có câu trả lời của Zalo. Đề nghị kết nối lại."
    elif is_usable:
        told = f"Hệ thống đang tự làm mới. Còn gửi được tin đến {moment(until)}."
    else:
        told = "Hệ thống đang tự làm mới. Tin được giữ đến khi làm mới xong."
    return Standing.DUE, f"Đến hạn làm mới lúc {moment(due)}", told

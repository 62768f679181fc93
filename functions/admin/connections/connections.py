"""How a page's connection to Zalo stands, in words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from functions.admin.language import gettext, marked
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
    Consent.CONNECTED: marked(
        "Đã kết nối trang %(page)s. Tin đang chờ của trang sẽ được gửi trong ít phút."
    ),
    Consent.DENIED: marked(
        "Zalo chưa cấp quyền cho trang %(page)s. Xin đồng chí bấm Kết nối lại và đồng ý cấp "
        "quyền cho ứng dụng."
    ),
    Consent.EXPIRED: marked(
        "Lần kết nối này đã quá 10 phút, đã được dùng hoặc thuộc phiên làm việc khác. Xin đồng "
        "chí bấm Kết nối lại."
    ),
    Consent.OTHER_PAGE: marked(
        "Đồng chí đã cấp quyền cho một trang khác nên trang %(page)s chưa được kết nối. Xin "
        "đồng chí bấm Kết nối lại và chọn đúng trang %(page)s."
    ),
    Consent.REFUSED: marked(
        "Zalo không chấp nhận lần cấp quyền cho trang %(page)s. Xin đồng chí bấm Kết nối lại. "
        "Nếu vẫn không được, đề nghị kiểm tra trên trang quản trị của Zalo: ứng dụng đang hoạt "
        "động, trang và ứng dụng còn liên kết."
    ),
    Consent.UNCLEAR: marked(
        "Chưa rõ trang %(page)s đã được kết nối hay chưa. Xin đồng chí chờ một phút rồi tải lại"
        " trang này; nếu trạng thái chưa đổi, xin bấm Kết nối lại."
    ),
    Consent.NOT_SENT: marked(
        "Zalo đang bận hoặc mất kết nối mạng nên trang %(page)s chưa được kết nối. Xin đồng chí"
        " bấm Kết nối lại sau ít phút."
    ),
    Consent.OVERTAKEN: marked(
        "Trang %(page)s vừa được làm mới hoặc kết nối ở nơi khác cùng lúc. Xin đồng chí xem "
        "trạng thái bên dưới."
    ),
    Consent.NOT_STORED: marked(
        "Hệ thống chưa lưu được kết nối của trang %(page)s. Xin đồng chí báo bộ phận vận hành "
        "hệ thống trước khi kết nối lại."
    ),
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
    page = connection.page if connection else gettext("đã chọn")
    return gettext(SENTENCES[consent], page=page)


def _words(page_id: str, pointer: TokenPointer | None, now: datetime) -> tuple[Standing, str, str]:
    if pointer is None:
        told = gettext("Trang chưa gửi được tin cho người dân.")
        return Standing.NEVER, gettext("Chưa kết nối"), told
    until, due = pointer.access_expires_at, pointer.due_at(page_id)
    is_usable = now < until and pointer.refused_at is None
    if pointer.need_reauth is not None:
        since = gettext("Từ %(time)s.", time=moment(pointer.need_reauth))
        told = (
            gettext("Còn gửi được tin đến %(time)s.", time=moment(until))
            if is_usable
            else gettext("Tin đang được giữ lại.")
        )
        return Standing.LOST, gettext("Mất kết nối, cần kết nối lại"), f"{since} {told}"
    is_due = now >= due or pointer.attempt is not None
    if is_usable and not is_due:
        told = gettext("Hệ thống tự làm mới lúc %(time)s.", time=moment(due))
        label = gettext("Đang kết nối đến %(time)s", time=moment(until))
        return Standing.CONNECTED, label, told
    if pointer.attempt is not None and pointer.attempt.phase is Phase.LOST:
        told = gettext("Lần làm mới gần nhất không có câu trả lời của Zalo. Đề nghị kết nối lại.")
    elif is_usable:
        told = gettext(
            "Hệ thống đang tự làm mới. Còn gửi được tin đến %(time)s.", time=moment(until)
        )
    else:
        told = gettext("Hệ thống đang tự làm mới. Tin được giữ đến khi làm mới xong.")
    return Standing.DUE, gettext("Đến hạn làm mới lúc %(time)s", time=moment(due)), told

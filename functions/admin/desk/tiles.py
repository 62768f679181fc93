"""Attachments as they are shown. Pure."""

from dataclasses import dataclass

from functions.admin.language import gettext, marked
from functions.admin.presentation import number
from functions.evidence.model import Evidence, EvidenceState, FailureReason

FAILURES = {
    FailureReason.TOO_LARGE: marked("Tệp vượt dung lượng cho phép nên không lưu được."),
    FailureReason.UNSUPPORTED: marked("Định dạng tệp không được hỗ trợ."),
    FailureReason.GONE: marked("Liên kết đã hết hạn hoặc tệp đã bị thu hồi."),
    FailureReason.FOREIGN_HOST: marked(
        "Tệp không nằm trên máy chủ của Zalo nên không được tải về."
    ),
    FailureReason.UNREACHABLE: marked("Đã thử nhiều lần nhưng không tải được tệp."),
}

KINDS = {
    "image": marked("Ảnh"),
    "gif": marked("Ảnh động"),
    "video": marked("Video"),
    "audio": marked("Ghi âm"),
    "file": marked("Tệp"),
}
"""What Zalo calls an attachment."""


@dataclass(frozen=True, slots=True)
class Tile:
    """An attachment as it is shown."""

    id: str
    state: EvidenceState
    shown_as: str
    """picture, video, audio or document."""
    title: str
    detail: str
    has_preview: bool
    problem: str
    sha256: str


def size(octets: int) -> str:
    """Such as 2,4 MB."""
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))} KB"
    return number(f"{octets / 1024 / 1024:.1f} MB")


def tile(evidence: Evidence) -> Tile:
    """How to show an attachment: by the type of its bytes once they are here."""
    media_type = evidence.media_type or ""
    family = media_type.partition("/")[0]
    parts = [size(evidence.size)] if evidence.size else []
    if evidence.name:
        parts.insert(0, evidence.name)
    return Tile(
        id=evidence.id,
        state=evidence.state,
        shown_as={"image": "picture", "video": "video", "audio": "audio"}.get(family, "document"),
        title=gettext(KINDS.get(evidence.kind, KINDS["file"])),
        detail=" · ".join(parts),
        has_preview=evidence.preview_name is not None,
        problem=gettext(FAILURES[evidence.reason]) if evidence.reason else "",
        sha256=evidence.sha256 or "",
    )

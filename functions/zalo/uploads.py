"""Uploads: a handle for a picture or a file, good for 7 days (then -100)."""

from functions.zalo import limits
from functions.zalo.calls import PageAccess, ZaloCalls, understood
from functions.zalo.wire import FromZalo

IMAGE = "/v2.0/oa/upload/image"
GIF = "/v2.0/oa/upload/gif"
FILE = "/v2.0/oa/upload/file"


class _Attachment(FromZalo):
    attachment_id: str


class _File(FromZalo):
    token: str


class Uploads:
    """Uploads of a page; at most 5,000 requests a month."""

    def __init__(self, calls: ZaloCalls) -> None:
        self._calls = calls

    def image(self, page: PageAccess, content: bytes, name: str) -> str:
        """The `attachment_id` of a jpg or png of at most 1 MB.

        Raises:
            InvalidMessage: too large, or neither jpg nor png; nothing was sent.
            ZaloError: as Zalo refused.
        """
        limits.check_image(content)
        kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        return understood(
            _Attachment, self._calls.upload(page, IMAGE, content, name, kind)
        ).attachment_id

    def gif(self, page: PageAccess, content: bytes, name: str) -> str:
        """The `attachment_id` of a gif of at most 5 MB. Raises as `image` does."""
        limits.check_gif(content)
        return understood(
            _Attachment, self._calls.upload(page, GIF, content, name, "image/gif")
        ).attachment_id

    def file(self, page: PageAccess, content: bytes, name: str) -> str:
        """The token of a pdf, doc or docx of at most 5 MB. Raises as `image` does."""
        limits.check_file(content, name)
        return understood(
            _File, self._calls.upload(page, FILE, content, name, "application/octet-stream")
        ).token

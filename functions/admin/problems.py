"""Error pages: a sentence for people, a number for the log, and nothing about the inside."""

import logging
from collections.abc import Callable

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from functions.admin.acts.offers import NotPermitted
from functions.admin.door.guards import Forged, NotAnOfficer, SignedOut
from functions.admin.door.proxy import NotThroughProxy
from functions.admin.door.sign_in import SignInRefused
from functions.admin.language import gettext, marked
from functions.errors import Conflict, Rejected, TinBaoError, Transient

_log = logging.getLogger(__name__)

_TITLES = {
    400: marked("Yêu cầu không hợp lệ"),
    401: marked("Phiên làm việc đã hết"),
    403: marked("Không có quyền thực hiện"),
    404: marked("Không tìm thấy"),
    405: marked("Yêu cầu không hợp lệ"),
    409: marked("Nội dung vừa được cập nhật"),
    413: marked("Nội dung quá lớn"),
    503: marked("Hệ thống đang bận"),
}
_SENTENCES = {
    404: marked("Không có nội dung này, hoặc nội dung không thuộc đơn vị của đồng chí."),
    413: marked("Xin rút ngắn nội dung rồi gửi lại."),
    503: marked(
        "Xin đồng chí thử lại sau ít phút. Gửi lại cùng một nội dung không bị ghi hai lần."
    ),
}


def status_of(error: TinBaoError) -> int:
    """The one map from our errors to a page's status."""
    match error:
        case SignedOut() | NotThroughProxy():
            return 401
        case Forged() | NotAnOfficer() | NotPermitted():
            return 403
        case SignInRefused() | Rejected():
            return 400
        case Conflict():
            return 409
        case Transient():
            return 503
        case _:
            return 500


def register_problems(app: Flask, draw: Callable[[int], bytes]) -> None:
    """Give the application its error pages."""

    def show(status: int, sentence: str, incident: str = "") -> ResponseReturnValue:
        title = _TITLES.get(status, marked("Hệ thống gặp sự cố") if status >= 500 else _TITLES[400])
        page = render_template(
            "problem.html",
            title=gettext(title),
            sentence=gettext(sentence),
            status=status,
            incident=incident,
        )
        return page, status

    def on_ours(error: TinBaoError) -> ResponseReturnValue:
        status = status_of(error)
        if status < 500:
            return show(status, error.sentence)
        incident = draw(6).hex()
        _log.error(
            "request failed",
            extra={"incident": incident, "kind": type(error).__name__, "reason": str(error)},
        )
        return show(status, _SENTENCES.get(status, error.sentence), incident)

    def on_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        return show(status, _SENTENCES.get(status, Rejected.sentence))

    def on_other(error: Exception) -> ResponseReturnValue:
        incident = draw(6).hex()
        _log.exception("unexpected", extra={"incident": incident, "kind": type(error).__name__})
        return show(500, TinBaoError.sentence, incident)

    app.register_error_handler(TinBaoError, on_ours)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_other)

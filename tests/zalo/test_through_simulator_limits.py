"""Every limit of what we send, exceeded by one, through our own transport: the documented code.

Our messages cannot be made that large (`test_messages.py`), so their wire form is made by hand.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.zalo.api import Endpoint, PageAccess
from functions.zalo.calls import ZaloCalls
from functions.zalo.errors import ZaloError
from functions.zalo.http import ZaloHttp
from infra.local.zalo import limits
from infra.local.zalo.limits import Limit
from tests.zalo.simulator import Simulator

Wire = Callable[[int], dict[str, Any]]


def _letters(amount: int) -> str:
    return "ộ" * amount


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"text": "Chọn:", "attachment": {"type": "template", "payload": {"buttons": [*buttons]}}}


def _query(title: str = "Tra cứu", payload: str = "#tracuu") -> dict[str, Any]:
    return {"title": title, "type": "oa.query.hide", "payload": payload}


def _sms(content: str) -> dict[str, Any]:
    payload = {"phone_code": "842363888888", "content": content}
    return {"title": "Nhắn tin", "type": "oa.open.sms", "payload": payload}


def _request(title: str = "Thông tin", subtitle: str = "") -> dict[str, Any]:
    element = {"title": title, "subtitle": subtitle, "image_url": "https://example.vn/a.jpg"}
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize(
    ("limit", "wire"),
    [
        (limits.TEXT, lambda n: {"text": _letters(n)}),
        (limits.BUTTONS, lambda n: _buttons(*(_query() for _ in range(n)))),
        (limits.BUTTON_TITLE, lambda n: _buttons(_query(title=_letters(n)))),
        (limits.QUERY_PAYLOAD, lambda n: _buttons(_query(payload=_letters(n)))),
        (limits.SMS_CONTENT, lambda n: _buttons(_sms(_letters(n)))),
        (limits.REQUEST_TITLE, lambda n: _request(title=_letters(n))),
        (limits.REQUEST_SUBTITLE, lambda n: _request(subtitle=_letters(n))),
    ],
    ids=lambda value: value.name if isinstance(value, Limit) else "",
)
def test_one_above_is_refused_and_the_limit_itself_is_not(
    simulator: Simulator,
    state_body: PageAccess,
    business: PageAccess,
    endpoint: Endpoint,
    limit: Limit,
    wire: Wire,
) -> None:
    page = business if endpoint is Endpoint.V3 else state_body
    recipient = {"user_id": simulator.citizen(writes_to=page.page_id)}
    calls = ZaloCalls(ZaloHttp(), simulator.url, now=lambda: datetime.now(UTC))

    calls.post(page, endpoint, {"recipient": recipient, "message": wire(limit.most)})
    with pytest.raises(ZaloError) as refusal:
        calls.post(page, endpoint, {"recipient": recipient, "message": wire(limit.most + 1)})

    assert refusal.value.code == limit.code

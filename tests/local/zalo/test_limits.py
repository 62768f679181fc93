"""Every limit of the platform, kept to the last unit and refused with its code one above."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.zalo import limits
from infra.local.zalo.limits import LIMITS, Limit
from tests.local.zalo.simulator import APP, BUSINESS, GOVERNMENT, JPEG, Simulator

ARTICLE = {
    "type": "normal",
    "title": "Cảnh báo lừa đảo",
    "author": "Công an phường",
    "cover": {"cover_type": "photo", "photo_url": "https://example.vn/a.jpg", "status": "show"},
    "description": "Thủ đoạn mới",
    "body": [{"type": "text", "content": "Nội dung"}],
}


@dataclass(frozen=True)
class Probe:
    """How to use exactly `amount` of a limit: the code that comes back."""

    limit: Limit
    use: Callable[[Simulator, str, int], int]


def _code(answer: Any) -> int:
    code: int = answer["error"]
    return code


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    payload = {"template_type": "button", "buttons": list(buttons)}
    return {"text": "Chọn:", "attachment": {"type": "template", "payload": payload}}


def _button(title: str = "Tra cứu", payload: Any = "#tracuu", kind: str = "oa.query.hide") -> Any:
    return {"title": title, "type": kind, "payload": payload}


def _template(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    payload = {"template_type": kind, "elements": list(elements)}
    return {"attachment": {"type": "template", "payload": payload}}


def _request(title: str = "Thông tin", subtitle: str = "") -> dict[str, Any]:
    return {"title": title, "subtitle": subtitle, "image_url": "https://example.vn/a.jpg"}


def _send(message: Callable[[int], dict[str, Any]]) -> Callable[[Simulator, str, int], int]:
    return lambda simulator, user_id, n: _code(simulator.send(user_id, message(n)))


def _use_list(simulator: Simulator, user_id: str, amount: int) -> int:
    simulator.act(user_id, "follow", page=GOVERNMENT)
    message = _template("list", *({"title": "Mục"} for _ in range(amount)))
    return _code(simulator.send(user_id, message, page=GOVERNMENT))


def _use_window(simulator: Simulator, user_id: str, amount: int) -> int:
    simulator.advance(f"PT{amount}S")
    return _code(simulator.send(user_id, {"text": "Kết quả"}))


def _use_free_window(simulator: Simulator, user_id: str, amount: int) -> int:
    simulator.control(f"pages/{BUSINESS}/settings", {"linked_account": False})
    return _use_window(simulator, user_id, amount)


def _use_token_age(simulator: Simulator, user_id: str, amount: int) -> int:
    token = simulator.token(BUSINESS)
    simulator.advance(f"PT{amount}S")
    return _code(simulator.call("GET", "/v2.0/oa/getoa", headers={"access_token": token}).json())


def _use_calls(simulator: Simulator, user_id: str, amount: int) -> int:
    """A smaller limit of the app stands in for 4,000 calls."""
    simulator.control(f"apps/{APP}/settings", {"calls_per_minute": 10})
    for _ in range(amount - limits.CALLS.most + 9):
        simulator.call("GET", "/v2.0/oa/getoa")
    return _code(simulator.call("GET", "/v2.0/oa/getoa").json())


def _upload(kind: str, name: str, head: bytes) -> Callable[[Simulator, str, int], int]:
    def use(simulator: Simulator, user_id: str, amount: int) -> int:
        file = {"file": (name, head + bytes(amount - len(head)))}
        return _code(simulator.call("POST", kind, files=file).json())

    return use


def _use_upload_age(simulator: Simulator, user_id: str, amount: int) -> int:
    file = {"file": ("a.jpg", JPEG)}
    uploaded = simulator.call("POST", "/v2.0/oa/upload/image", files=file).json()["data"]
    simulator.advance(f"PT{amount}S")
    simulator.say(user_id)
    element = {"media_type": "image", "attachment_id": uploaded["attachment_id"]}
    return _code(simulator.send(user_id, _template("media", element)))


def _use_monthly(setting: str, limit: Limit, path: str, **call: Any) -> Any:
    """A smaller limit of the page stands in for the real number."""

    def use(simulator: Simulator, user_id: str, amount: int) -> int:
        simulator.control(f"pages/{BUSINESS}/settings", {setting: 2})
        answers = [simulator.call("POST", path, **call) for _ in range(amount - limit.most + 2)]
        return _code(answers[-1].json())

    return use


def _use_templates(simulator: Simulator, user_id: str, amount: int) -> int:
    simulator.control(f"pages/{BUSINESS}/settings", {"templates_per_day": 2})
    answers = [_notice(simulator, user_id) for _ in range(amount - limits.TEMPLATES.most + 2)]
    return _code(answers[-1])


def _notice(simulator: Simulator, user_id: str, tracking_id: str = "PA-1") -> Any:
    found = simulator.control("citizens")
    phone = next(one["phone"] for one in found if one["user_id"] == user_id)
    body = {
        "phone": phone,
        "template_id": "7895417",
        "template_data": {"ma_ho_so": "PA-1", "trang_thai": "Đã xử lý"},
        "tracking_id": tracking_id,
    }
    return simulator.call("POST", "/message/template", json=body).json()


def _use_reactions(simulator: Simulator, user_id: str, amount: int) -> int:
    message_id = simulator.say(user_id)
    action = {"react_icon": "/-heart", "react_message_id": message_id}
    body = {"recipient": {"user_id": user_id}, "sender_action": action}
    answers = [simulator.call("POST", "/v2.0/oa/message", json=body) for _ in range(amount)]
    return _code(answers[-1].json())


def _read(path: str, **parameters: Any) -> Callable[[Simulator, str, int], int]:
    """A GET call whose parameter of value None takes the amount."""

    def use(simulator: Simulator, user_id: str, amount: int) -> int:
        filled = {name: amount if value is None else value for name, value in parameters.items()}
        return _code(simulator.ask(path, {"user_id": user_id, **filled}))

    return use


def _article(**fields: Callable[[int], str]) -> Callable[[Simulator, str, int], int]:
    def use(simulator: Simulator, user_id: str, amount: int) -> int:
        changed = {name: make(amount) for name, make in fields.items()}
        return _code(simulator.call("POST", "/v2.0/article/create", json=ARTICLE | changed).json())

    return use


def _letters(amount: int) -> str:
    return "ộ" * amount


PROBES = [
    Probe(limits.TEXT, _send(lambda n: {"text": _letters(n)})),
    Probe(limits.BUTTONS, _send(lambda n: _buttons(*(_button() for _ in range(n))))),
    Probe(limits.BUTTON_TITLE, _send(lambda n: _buttons(_button(title=_letters(n))))),
    Probe(limits.QUERY_PAYLOAD, _send(lambda n: _buttons(_button(payload=_letters(n))))),
    Probe(
        limits.SMS_CONTENT,
        _send(
            lambda n: _buttons(
                _button(
                    payload={"phone_code": "842363888888", "content": _letters(n)},
                    kind="oa.open.sms",
                )
            )
        ),
    ),
    Probe(
        limits.MEDIA_ELEMENTS,
        _send(
            lambda n: _template(
                "media", *({"media_type": "sticker", "attachment_id": "21979"} for _ in range(n))
            )
        ),
    ),
    Probe(limits.LIST_ELEMENTS, _use_list),
    Probe(
        limits.REQUEST_ELEMENTS,
        _send(lambda n: _template("request_user_info", *(_request() for _ in range(n)))),
    ),
    Probe(
        limits.REQUEST_TITLE,
        _send(lambda n: _template("request_user_info", _request(title=_letters(n)))),
    ),
    Probe(
        limits.REQUEST_SUBTITLE,
        _send(lambda n: _template("request_user_info", _request(subtitle=_letters(n)))),
    ),
    Probe(limits.REACTIONS, _use_reactions),
    Probe(limits.IMAGE, _upload("/v2.0/oa/upload/image", "a.jpg", JPEG)),
    Probe(limits.GIF, _upload("/v2.0/oa/upload/gif", "a.gif", b"GIF89a")),
    Probe(limits.FILE, _upload("/v2.0/oa/upload/file", "a.pdf", b"%PDF")),
    Probe(limits.UPLOAD_AGE, _use_upload_age),
    Probe(
        limits.UPLOADS,
        _use_monthly(
            "uploads_per_month",
            limits.UPLOADS,
            "/v2.0/oa/upload/image",
            files={"file": ("a.jpg", JPEG)},
        ),
    ),
    Probe(limits.CONVERSATION, _read("/v2.0/oa/conversation", offset=0, count=None)),
    Probe(limits.RECENT_CHATS, _read("/v2.0/oa/listrecentchat", offset=0, count=None)),
    Probe(limits.USERS, _read("/v3.0/oa/user/getlist", offset=0, count=None)),
    Probe(limits.USERS_OFFSET, _read("/v3.0/oa/user/getlist", offset=None, count=1)),
    Probe(limits.ARTICLE_TITLE, _article(title=_letters)),
    Probe(limits.ARTICLE_AUTHOR, _article(author=_letters)),
    Probe(limits.ARTICLE_DESCRIPTION, _article(description=_letters)),
    Probe(
        limits.ARTICLE_VIDEO, _upload("/v2.0/article/upload_video/preparevideo", "a.mp4", b"ftyp")
    ),
    Probe(
        limits.ARTICLES,
        _use_monthly("articles_per_month", limits.ARTICLES, "/v2.0/article/create", json=ARTICLE),
    ),
    Probe(limits.TRACKING_ID, lambda s, user_id, n: _code(_notice(s, user_id, _letters(n)))),
    Probe(limits.TEMPLATES, _use_templates),
    Probe(limits.CALLS, _use_calls),
    Probe(limits.FREE_WINDOW, _use_free_window),
    Probe(limits.WINDOW, _use_window),
    Probe(limits.ACCESS_TOKEN_AGE, _use_token_age),
]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.limit.name)
def test_the_limit_itself_is_allowed(simulator: Simulator, probe: Probe) -> None:
    assert probe.use(simulator, simulator.citizen(), probe.limit.most) == 0


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.limit.name)
def test_one_above_the_limit_is_refused_with_its_code(simulator: Simulator, probe: Probe) -> None:
    assert probe.use(simulator, simulator.citizen(), probe.limit.most + 1) == probe.limit.code


def test_every_limit_has_a_probe() -> None:
    assert [probe.limit for probe in PROBES] == list(LIMITS)


def test_the_limits_of_pages_and_apps_begin_as_the_table_says(simulator: Simulator) -> None:
    page, app = simulator.control("pages")[0], simulator.control("apps")[0]
    numbers = (page["uploads_per_month"], page["articles_per_month"], page["templates_per_day"])
    table = (limits.UPLOADS.most, limits.ARTICLES.most, limits.TEMPLATES.most)
    assert (*numbers, app["calls_per_minute"]) == (*table, limits.CALLS.most)


def test_a_limit_counts_characters_as_they_are_not_as_they_look(simulator: Simulator) -> None:
    """A text in NFD is longer than it looks: the sender has to normalise it first."""
    user_id = simulator.citizen()
    decomposed = "e\u0302\u0323" * 1000
    assert _code(simulator.send(user_id, {"text": decomposed})) == limits.TEXT.code


def test_data_of_a_get_call_must_be_json(simulator: Simulator) -> None:
    answer = simulator.call("GET", "/v2.0/oa/conversation", params={"data": "{"})
    assert json.loads(answer.text)["error"] == -201

"""ZBS template messages, by phone and by user id (fact sheet section 9)."""

from typing import Any

import pytest

from infra.local.zalo import templates
from infra.local.zalo.sending import REFUSED_PERSONAS
from tests.local.zalo.simulator import BUSINESS, Simulator
from tests.local.zalo.webhook import Webhook

VALUES = {"ma_ho_so": "PA-000123", "trang_thai": "Đã xử lý"}
PHONE = "84900000077"


def by_phone(simulator: Simulator, **changes: Any) -> Any:
    body = {"phone": PHONE, "template_id": "7895417", "template_data": VALUES, **changes}
    return simulator.call("POST", "/message/template", json=body).json()


def by_user_id(simulator: Simulator, to: str, **changes: Any) -> Any:
    body = {"user_id": to, "template_id": "7895417", "template_data": VALUES, **changes}
    return simulator.call("POST", "/v3.0/oa/message/template", json=body).json()


@pytest.fixture
def user_id(simulator: Simulator) -> str:
    """Somebody who never wrote to the page, but has a phone."""
    return simulator.citizen(None, phone=PHONE)


def test_a_template_reaches_who_never_wrote(simulator: Simulator, user_id: str) -> None:
    answer = by_phone(simulator)
    (message,) = simulator.phone(user_id)
    text = "Phản ánh PA-000123 của Ông/Bà hiện ở tình trạng: Đã xử lý."
    assert (message["kind"], message["text"]) == ("template", text)
    assert answer == {
        "data": {
            "msg_id": message["message_id"],
            "sent_time": "1795230000000",
            "sending_mode": "1",
            "quota": {"dailyQuota": "500", "remainingQuota": "499"},
        },
        "error": 0,
        "message": "Success",
    }


def test_its_receipt_carries_the_tracking_id_and_names_the_server(
    simulator: Simulator, webhook: Webhook, user_id: str
) -> None:
    message_id = by_phone(simulator, tracking_id="PA-000123-2")["data"]["msg_id"]
    received = webhook.wait_for_event("user_received_message")
    assert received.headers["X-ZEvent-Server"] == "ZNS"
    assert received.event["recipient"] == {"id": PHONE}
    assert received.event["message"] == {
        "delivery_time": "1795230000000",
        "msg_id": message_id,
        "tracking_id": "PA-000123-2",
    }


def test_a_template_by_user_id_gives_the_oa_answer(simulator: Simulator, user_id: str) -> None:
    answer = by_user_id(simulator, user_id)["data"]
    assert (answer["user_id"], answer["quota"]["quota_type"]) == (user_id, "zbs")
    assert simulator.event("oa_send_template")["message"]["msg_id"] == answer["message_id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "0900000077"}, -108),
        ({"phone": "84"}, -108),
        ({"phone": "+84900000077"}, 0),
        ({"phone": "84900000078"}, -118),
        ({"template_id": "1"}, -109),
        ({"template_id": "7895419"}, -131),
        ({"template_id": "7895420"}, -146),
        ({"template_data": {}}, -111),
        ({"template_data": None}, -111),
        ({"template_data": {"ma_ho_so": "PA-1"}}, -112),
        ({"template_data": VALUES | {"khac": "a"}}, -112),
        ({"template_data": VALUES | {"ma_ho_so": 7}}, -112),
        ({"template_data": VALUES | {"ma_ho_so": "P" * 30}}, 0),
        ({"template_data": VALUES | {"ma_ho_so": "P" * 31}}, -130),
        ({"tracking_id": 7}, -132),
        ({"mode": "development"}, -127),
    ],
    ids=str,
)
def test_each_mistake_by_phone_has_its_code(
    simulator: Simulator, user_id: str, changes: dict[str, Any], code: int
) -> None:
    assert by_phone(simulator, **changes)["error"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"user_id": "1"}, -201),
        ({"template_id": "1"}, -201),
        ({"template_id": "7895418", "template_data": {"ma": "1"}}, -249),
        ({"template_data": {}}, -201),
    ],
    ids=str,
)
def test_each_mistake_by_user_id_has_its_code(
    simulator: Simulator, user_id: str, changes: dict[str, Any], code: int
) -> None:
    assert by_user_id(simulator, user_id, **changes)["error"] == code


@pytest.mark.parametrize(
    ("later", "is_refused"),
    [("PT11H59M59S", False), ("PT12H", True), ("PT19H59M59S", True), ("PT20H", False)],
)
def test_no_template_goes_out_between_22_and_6_in_vietnam(
    simulator: Simulator, user_id: str, later: str, is_refused: bool
) -> None:
    simulator.advance(later)
    codes = (by_phone(simulator)["error"], by_user_id(simulator, user_id)["error"])
    assert codes == ((-133, -234) if is_refused else (0, 0))


@pytest.mark.parametrize(("persona", "code"), templates.REFUSED_PERSONAS.items())
def test_each_persona_has_its_code_by_phone(
    simulator: Simulator, user_id: str, persona: str, code: int
) -> None:
    simulator.control(f"citizens/{user_id}/settings", {"persona": persona})
    assert by_phone(simulator)["error"] == code


@pytest.mark.parametrize(("persona", "code"), REFUSED_PERSONAS.items())
def test_each_persona_has_its_code_by_user_id(
    simulator: Simulator, user_id: str, persona: str, code: int
) -> None:
    simulator.control(f"citizens/{user_id}/settings", {"persona": persona})
    assert by_user_id(simulator, user_id)["error"] == code


def test_who_blocked_the_pages_gets_no_template(simulator: Simulator, user_id: str) -> None:
    simulator.control(f"citizens/{user_id}/settings", {"blocked": True})
    codes = (by_phone(simulator)["error"], by_user_id(simulator, user_id)["error"])
    assert codes == (-141, -217)


@pytest.mark.parametrize(
    ("setting", "phone_code", "user_code"),
    [
        ({"linked_account": False}, -136, -320),
        ({"balance": 100}, -137, -321),
        ({"is_verified": False}, -135, 0),
    ],
)
def test_a_page_that_cannot_pay_or_is_unverified_is_refused(
    simulator: Simulator,
    user_id: str,
    setting: dict[str, Any],
    phone_code: int,
    user_code: int,
) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", setting)
    codes = (by_phone(simulator)["error"], by_user_id(simulator, user_id)["error"])
    assert codes == (phone_code, user_code)


def test_templates_cost_their_price(simulator: Simulator, user_id: str) -> None:
    by_phone(simulator)
    by_user_id(simulator, user_id)
    assert simulator.control("pages")[0]["balance"] == 1_000_000 - 200 - 120


def test_a_test_template_goes_to_admins_for_free(simulator: Simulator, user_id: str) -> None:
    simulator.control(f"citizens/{user_id}/settings", {"is_admin": True})
    answer = by_phone(simulator, template_id="7895419", template_data={}, mode="development")
    assert answer["error"] == 0
    assert simulator.control("pages")[0]["balance"] == 1_000_000


def test_the_daily_quota_begins_anew_at_midnight_in_vietnam(
    simulator: Simulator, user_id: str
) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"templates_per_day": 1})
    codes = [by_phone(simulator)["error"], by_phone(simulator)["error"]]
    simulator.advance("PT20H")
    assert [*codes, by_phone(simulator)["error"]] == [0, -144, 0]


@pytest.mark.parametrize("later", ["PT0S", "PT26H"])
def test_a_dead_token_has_the_code_of_this_host(
    simulator: Simulator, user_id: str, later: str
) -> None:
    token = simulator.token(BUSINESS) if later != "PT0S" else "unknown"
    simulator.advance(later)
    headers = {"access_token": token}
    answer = simulator.http.post("/message/template", headers=headers, json={})
    assert answer.json()["error"] == -124


def test_a_body_that_is_not_json_has_the_code_of_this_host(simulator: Simulator) -> None:
    assert simulator.call("POST", "/message/template", content=b"{").json()["error"] == -122


def test_status_and_quota_can_be_asked(simulator: Simulator, user_id: str) -> None:
    message_id = by_phone(simulator)["data"]["msg_id"]
    query = {"message_id": message_id, "phone": PHONE}
    status = simulator.call("GET", "/message/status", params=query).json()["data"]
    quota = simulator.call("GET", "/message/quota").json()["data"]
    assert (status["status"], quota["remainingQuota"]) == (1, "499")


def test_the_status_of_an_unknown_message_is_refused(simulator: Simulator) -> None:
    query = {"message_id": "1", "phone": PHONE}
    assert simulator.call("GET", "/message/status", params=query).json()["error"] == -107


def test_a_template_can_be_added(simulator: Simulator, user_id: str) -> None:
    template = {
        "template_id": "42",
        "name": "Mời bổ sung",
        "text": "Mời bổ sung <gi>.",
        "parameters": {"gi": 20},
    }
    simulator.control("templates", template)
    answer = by_phone(simulator, template_id="42", template_data={"gi": "ảnh"})
    assert (answer["error"], simulator.phone(user_id)[0]["text"]) == (0, "Mời bổ sung ảnh.")
    assert "42" in [one["template_id"] for one in simulator.control("templates")]

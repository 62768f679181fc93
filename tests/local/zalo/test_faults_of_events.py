"""Faults on the way to the webhook, each as its line in the README says."""

import json

import pytest

from tests.local.zalo.simulator import BUSINESS, GOVERNMENT, Simulator, wait_for
from tests.local.zalo.webhook import Webhook


def test_duplicate_events(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("duplicate_events", times=3)
    simulator.citizen()
    assert len({received.body for received in webhook.wait(3)}) == 1


def test_reorder_events(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("reorder_events", count=1)
    user_id = simulator.citizen(None)
    for text in ("một", "hai", "ba"):
        simulator.say(user_id, text)
    texts = [received.event["message"]["text"] for received in webhook.wait(3)]
    assert texts == ["hai", "một", "ba"]


def test_reorder_events_lets_go_when_nothing_follows(
    simulator: Simulator, webhook: Webhook
) -> None:
    simulator.fault("reorder_events", seconds=60)
    simulator.citizen()
    simulator.advance("PT1M")
    webhook.wait_for_event("follow")


def test_delay_events(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("delay_events", seconds=600, count=1)
    user_id = simulator.citizen()
    simulator.say(user_id)
    webhook.wait_for_event("user_send_text")
    assert simulator.events()[0]["state"] == "waiting"
    simulator.advance("PT10M")
    webhook.wait_for_event("follow")


def test_drop_events(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("drop_events", event="follow")
    simulator.say(simulator.citizen())
    webhook.wait_for_event("user_send_text")
    assert simulator.events()[0]["state"] == "lost"


def test_bad_signature(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("bad_signature")
    simulator.citizen()
    received = webhook.wait_for_event("follow")
    assert len(received.headers["X-ZEvent-Signature"]) == len("mac=") + 64
    assert not received.is_signed_with("page-secret")


def test_missing_signature(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("missing_signature")
    simulator.citizen()
    assert "X-ZEvent-Signature" not in webhook.wait_for_event("follow").headers


def test_missing_msg_id(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("missing_msg_id")
    simulator.say(simulator.citizen())
    received = webhook.wait_for_event("user_send_text")
    assert received.event["message"] == {"text": "Xin chào"}
    assert received.is_signed_with("page-secret")


def test_unknown_event(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("unknown_event", count=1)
    simulator.citizen()
    received = webhook.wait_for_event("user_waved_from_the_moon")
    assert received.is_signed_with("page-secret")
    webhook.wait_for_event("follow")


@pytest.mark.parametrize("kind", ["deep", "huge_text", "surrogate", "nfd", "wrong_types"])
def test_poison_event(simulator: Simulator, webhook: Webhook, kind: str) -> None:
    simulator.fault("poison_event", kind=kind, event="user_send_text")
    simulator.say(simulator.citizen())
    received = webhook.wait_for_event("user_send_text")
    assert received.is_signed_with("page-secret")
    text = received.event["message"].get("text")
    assert {
        "deep": received.body.count(b"[") == 200,
        "huge_text": len(received.body) > 100_000,
        "surrogate": text == "nửa ký tự \ud83d",
        "nfd": text == "Pha\u0309n a\u0301nh",
        "wrong_types": text == ["không phải chữ"],
    }[kind]


def test_poison_event_that_is_not_json(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("poison_event", kind="not_json")
    simulator.citizen()
    (received,) = webhook.wait(1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(received.body)


def test_webhook_answer_lost(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("webhook_answer_lost", count=1)
    simulator.citizen()
    wait_for(lambda: simulator.events()[0]["attempts"])
    simulator.advance("PT30S")
    assert webhook.wait(2)[0].body == webhook.received[1].body


def test_echo_other_id(simulator: Simulator) -> None:
    simulator.fault("echo_other_id")
    answer = simulator.send(simulator.citizen(), {"text": "Chào Ông/Bà"})
    assert simulator.event("oa_send_text")["message"]["msg_id"] != answer["data"]["message_id"]


def test_scoped_user_ids(simulator: Simulator, webhook: Webhook) -> None:
    simulator.fault("scoped_user_ids")
    user_id = simulator.citizen(None)
    for page in (BUSINESS, GOVERNMENT):
        simulator.say(user_id, page=page)
    ids = {
        one["event"]["recipient"]["id"]: one["event"]["sender"]["id"]
        for one in simulator.events(event="user_send_text")
    }
    assert len({user_id, ids[BUSINESS], ids[GOVERNMENT]}) == 3
    assert simulator.send(ids[BUSINESS], {"text": "Chào"})["error"] == 0
    assert simulator.send(ids[GOVERNMENT], {"text": "Chào"})["error"] == -201
    assert simulator.send(user_id, {"text": "Chào"})["error"] == -201

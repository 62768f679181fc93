"""How events reach the webhook (fact sheet section 2)."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.zalo.clock import parse_duration, to_text
from infra.local.zalo.deliverer import sign
from infra.local.zalo.limits import WEBHOOK_TIMEOUT
from tests.local.zalo.simulator import APP, BUSINESS, GOVERNMENT, NOW, Grounds, Simulator, wait_for
from tests.local.zalo.webhook import Webhook

STEPS = ("PT30S", "PT5M", "PT15M", "PT30M", "PT1H")


def attempts(simulator: Simulator, count: int) -> list[dict[str, Any]]:
    """The attempts of the first event, once there are so many."""

    def look() -> list[dict[str, Any]] | None:
        made: list[dict[str, Any]] = simulator.events()[0]["attempts"]
        return made if len(made) >= count else None

    found = wait_for(look)
    assert found is not None
    return found


def test_the_signature_is_that_of_the_known_example() -> None:
    body = (
        '{"app_id":"1111111111111111111","user_id_by_app":"4444444444444444444",'
        '"event_name":"user_send_text","timestamp":"1793260800123",'
        '"sender":{"id":"3333333333333333333"},"recipient":{"id":"2222222222222222222"},'
        '"message":{"text":"Tôi muốn phản ánh","msg_id":"b8de7d84fa1b3043690c"}}'
    )
    signature = sign("1111111111111111111", body.encode(), "1793260800123", "oaSecretKeyForTests")
    assert signature == "mac=d12102b677ad42db53a3c5b5a24364c70986d78607c72607a1a75fcaf9894230"


def test_an_event_comes_as_signed_json_without_a_retry_number(
    simulator: Simulator, webhook: Webhook
) -> None:
    simulator.say(simulator.citizen())
    received = webhook.wait_for_event("user_send_text")
    assert received.is_signed_with("page-secret")
    assert received.headers["Content-Type"] == "application/json"
    assert "num_retry" not in received.headers


def test_each_page_signs_with_its_own_secret(simulator: Simulator, webhook: Webhook) -> None:
    simulator.say(simulator.citizen(GOVERNMENT), page=GOVERNMENT)
    assert webhook.wait_for_event("user_send_text").is_signed_with("government-secret")


def test_a_reset_secret_signs_at_once(simulator: Simulator, webhook: Webhook) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"secret_index": 1})
    simulator.say(simulator.citizen())
    assert webhook.wait_for_event("user_send_text").is_signed_with("older-page-secret")


def test_one_citizens_events_come_in_order(simulator: Simulator, webhook: Webhook) -> None:
    user_id = simulator.citizen(None)
    for number in range(20):
        simulator.say(user_id, str(number))
    texts = [received.event["message"]["text"] for received in webhook.wait(20)]
    assert texts == [str(number) for number in range(20)]


def test_a_failed_event_is_sent_again_at_each_step_of_the_ladder(
    simulator: Simulator, webhook: Webhook
) -> None:
    webhook.status = 500
    simulator.citizen()
    attempts(simulator, 1)
    for number, step in enumerate(STEPS, start=2):
        simulator.advance(step)
        attempts(simulator, number)
    sent = webhook.wait(6)
    numbers = [received.headers.get("num_retry") for received in sent]
    assert numbers == [None, "1", "2", "3", "4", "5"]
    assert {received.body for received in sent} == {sent[0].body}


@pytest.mark.parametrize("made", range(5))
def test_a_retry_is_planned_one_step_after_the_attempt_before(
    simulator: Simulator, webhook: Webhook, made: int
) -> None:
    webhook.status = 500
    simulator.citizen()
    attempts(simulator, 1)
    for number, step in enumerate(STEPS[:made], start=2):
        simulator.advance(step)
        attempts(simulator, number)
    planned = NOW + sum(map(parse_duration, STEPS[: made + 1]), timedelta())
    assert simulator.events()[0]["due"] == to_text(planned)


def test_a_success_ends_the_ladder(simulator: Simulator, webhook: Webhook) -> None:
    webhook.status = 503
    simulator.citizen()
    attempts(simulator, 1)
    webhook.status = 200
    simulator.advance("PT30S")
    attempts(simulator, 2)
    simulator.advance("P1D")
    assert simulator.events()[0]["state"] == "delivered"
    assert len(webhook.received) == 2


def test_after_the_last_failure_the_webhook_is_off_and_events_are_lost(
    simulator: Simulator, webhook: Webhook
) -> None:
    webhook.status = 500
    user_id = simulator.citizen()
    attempts(simulator, 1)
    simulator.advance("PT2H")
    attempts(simulator, 6)
    wait_for(lambda: not simulator.control("pages")[0]["webhook_is_enabled"])
    webhook.status = 200
    simulator.say(user_id, "Tin bị mất")
    simulator.control(f"pages/{BUSINESS}/enable", {})
    simulator.say(user_id, "Tin đến nơi")
    assert webhook.wait_for_event("user_send_text").event["message"]["text"] == "Tin đến nơi"
    states = {one["event_name"]: one["state"] for one in simulator.events(state="lost")}
    assert states == {"follow": "lost", "user_send_text": "lost"}


def test_a_webhook_that_says_nothing_for_two_seconds_has_failed(
    grounds: Grounds, webhook: Webhook, tmp_path: Path
) -> None:
    webhook.silence = threading.Event()
    impatient = Simulator(grounds, tmp_path, webhook.url, webhook_patience=WEBHOOK_TIMEOUT)
    impatient.citizen()
    (attempt,) = attempts(impatient, 1)
    impatient.stop()
    assert (attempt["status"], attempt["problem"]) == (None, "no answer within 2 s")


def test_a_slow_webhook_keeps_nobody_else_waiting(simulator: Simulator, webhook: Webhook) -> None:
    webhook.silence = threading.Event()
    for _ in range(3):
        simulator.citizen()
    assert len(webhook.wait(3)) == 3


def test_a_refusal_may_be_final(simulator: Simulator, webhook: Webhook) -> None:
    simulator.control(f"apps/{APP}/settings", {"retries_refusals": False})
    webhook.status = 401
    simulator.citizen()
    wait_for(lambda: simulator.events(state="lost"))


def test_a_webhook_that_is_away_is_tried_again(simulator: Simulator, webhook: Webhook) -> None:
    webhook.close()
    simulator.citizen()
    (attempt,) = attempts(simulator, 1)
    assert (attempt["problem"], simulator.events()[0]["state"]) == ("ConnectError", "waiting")


def test_a_retry_survives_a_restart(simulator: Simulator, webhook: Webhook) -> None:
    webhook.status = 500
    simulator.citizen()
    attempts(simulator, 1)
    webhook.status = 200
    simulator.restart()
    simulator.advance("PT30S")
    assert [received.headers.get("num_retry") for received in webhook.wait(2)] == [None, "1"]


def test_the_probe_is_an_unsigned_empty_object(simulator: Simulator, webhook: Webhook) -> None:
    assert simulator.control(f"pages/{BUSINESS}/probe", {}) == {"status": 200, "problem": ""}
    (probe,) = webhook.wait(1)
    assert probe.body == b"{}"
    assert "X-ZEvent-Signature" not in probe.headers


def test_the_probe_says_what_it_got(simulator: Simulator, webhook: Webhook) -> None:
    webhook.status = 401
    assert simulator.control(f"pages/{BUSINESS}/probe", {})["status"] == 401


def test_events_that_are_switched_off_are_not_sent(simulator: Simulator, webhook: Webhook) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"events": ["user_send_text"]})
    simulator.say(simulator.citizen())
    assert [received.event["event_name"] for received in webhook.wait(1)] == ["user_send_text"]
    assert simulator.events(state="switched_off")[0]["event_name"] == "follow"


def test_the_syntax_filter_lets_only_hash_messages_through(
    simulator: Simulator, webhook: Webhook
) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"only_hash_messages": True})
    user_id = simulator.citizen(None)
    simulator.say(user_id, "Xin chào")
    simulator.act(user_id, "tap", payload="#tracuu")
    assert webhook.wait_for_event("user_send_text").event["message"]["text"] == "#tracuu"


def test_a_message_is_delivered_when_the_webhook_took_it(
    simulator: Simulator, webhook: Webhook
) -> None:
    webhook.status = 500
    user_id = simulator.citizen(None)
    simulator.say(user_id)
    attempts(simulator, 1)
    assert not simulator.phone(user_id)[0]["delivered"]
    webhook.status = 200
    simulator.advance("PT30S")
    wait_for(lambda: simulator.phone(user_id)[0]["delivered"])


def test_any_event_can_be_sent_by_hand(simulator: Simulator, webhook: Webhook) -> None:
    event = {"app_id": APP, "event_name": "anonymous_send_text", "timestamp": "1793260800123"}
    simulator.control("events", {"page": BUSINESS, "event": event, "server": "ZNS"})
    (received,) = webhook.wait(1)
    assert received.event == event
    assert received.headers["X-ZEvent-Server"] == "ZNS"
    assert received.is_signed_with("page-secret")

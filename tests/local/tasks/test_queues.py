"""Making, reading, changing and deleting queues."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    Conflict,
    InvalidArgument,
    MethodNotImplemented,
    NotFound,
)
from google.cloud.tasks_v2 import types
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from infra.local.tasks.messages import PAUSED, Queue
from infra.local.tasks.queues import read_queues
from infra.local.tasks.server import seed
from infra.local.tasks.store import Store

from .running import LOCATION, REPOSITORY, TasksServer, as_timedelta, moment, seconds
from .stand_ins import StillWorld, Worker

State = types.Queue.State


def update(server: TasksServer, queue: types.Queue, *paths: str) -> types.Queue:
    return server.client.update_queue(queue=queue, update_mask=FieldMask(paths=paths))


def test_a_queue_made_without_settings_has_the_defaults(server: TasksServer, queue: str) -> None:
    made = server.client.get_queue(name=queue)
    assert made.state == State.RUNNING
    assert made.rate_limits == types.RateLimits(
        max_dispatches_per_second=500, max_burst_size=500, max_concurrent_dispatches=1000
    )
    assert made.retry_config == types.RetryConfig(
        max_attempts=100,
        max_retry_duration=seconds(0),
        min_backoff=seconds(0.1),
        max_backoff=seconds(3600),
        max_doublings=16,
    )


def test_a_queue_keeps_its_settings(server: TasksServer) -> None:
    name = server.make_queue(
        rate_limits=types.RateLimits(max_dispatches_per_second=2.5, max_concurrent_dispatches=3),
        retry_config=types.RetryConfig(max_attempts=-1, min_backoff=seconds(10), max_doublings=3),
    )
    made = server.client.get_queue(name=name)
    assert made.rate_limits.max_concurrent_dispatches == 3
    assert made.retry_config.max_attempts == -1
    assert as_timedelta(made.retry_config.min_backoff) == timedelta(seconds=10)


def test_the_burst_is_at_least_the_rate(server: TasksServer) -> None:
    name = server.make_queue(rate_limits=types.RateLimits(max_dispatches_per_second=2.5))
    assert server.client.get_queue(name=name).rate_limits.max_burst_size == 3


def test_backoff_is_truncated_to_whole_seconds(server: TasksServer) -> None:
    name = server.make_queue(
        retry_config=types.RetryConfig(min_backoff=seconds(2.9), max_backoff=seconds(60.5))
    )
    retry = server.client.get_queue(name=name).retry_config
    assert as_timedelta(retry.min_backoff) == timedelta(seconds=2)
    assert as_timedelta(retry.max_backoff) == timedelta(minutes=1)


def test_a_second_queue_of_a_name_is_refused(server: TasksServer, queue: str) -> None:
    with pytest.raises(AlreadyExists) as refused:
        server.client.create_queue(parent=LOCATION, queue=types.Queue(name=queue))
    assert isinstance(refused.value, Conflict)


def test_a_queue_that_is_not_there_is_not_found(server: TasksServer) -> None:
    with pytest.raises(NotFound):
        server.client.get_queue(name=f"{LOCATION}/queues/nowhere")


@pytest.mark.parametrize("queue_id", ["under_score", "a/b", "", "x" * 101, "đơn"])
def test_a_queue_needs_a_valid_name(server: TasksServer, queue_id: str) -> None:
    with pytest.raises(InvalidArgument):
        server.client.create_queue(
            parent=LOCATION, queue=types.Queue(name=f"{LOCATION}/queues/{queue_id}")
        )


@pytest.mark.parametrize(
    "settings",
    [
        {"rate_limits": types.RateLimits(max_dispatches_per_second=501)},
        {"rate_limits": types.RateLimits(max_dispatches_per_second=-1)},
        {"rate_limits": types.RateLimits(max_concurrent_dispatches=5001)},
        {"retry_config": types.RetryConfig(max_attempts=-2)},
        {"retry_config": types.RetryConfig(max_doublings=-1)},
        {"retry_config": types.RetryConfig(max_backoff=seconds(-1))},
        {"retry_config": types.RetryConfig(min_backoff=seconds(9), max_backoff=seconds(5))},
        {"http_target": types.HttpTarget(uri_override=types.UriOverride(host=""))},
        {"http_target": types.HttpTarget(uri_override=types.UriOverride(host="a:b"))},
        {"http_target": types.HttpTarget(uri_override=types.UriOverride(port=70000))},
        {"http_target": types.HttpTarget(oidc_token=types.OidcToken(service_account_email="a@b"))},
    ],
)
def test_settings_that_the_service_does_not_allow_are_refused(
    server: TasksServer, settings: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument):
        server.make_queue(**settings)


def test_app_engine_routing_is_refused_as_not_simulated(server: TasksServer) -> None:
    with pytest.raises(MethodNotImplemented):
        server.make_queue(app_engine_routing_override=types.AppEngineRouting(service="s"))


def test_an_update_changes_the_masked_field_only(server: TasksServer, queue: str) -> None:
    wanted = types.Queue(
        name=queue,
        rate_limits=types.RateLimits(max_dispatches_per_second=5, max_concurrent_dispatches=5),
    )
    limits = update(server, wanted, "rate_limits.max_dispatches_per_second").rate_limits
    assert (limits.max_dispatches_per_second, limits.max_concurrent_dispatches) == (5, 1000)


def test_an_update_of_a_masked_number_to_zero_is_meant(server: TasksServer, queue: str) -> None:
    wanted = types.Queue(name=queue, retry_config=types.RetryConfig(max_doublings=0))
    changed = update(server, wanted, "retry_config.max_doublings")
    assert changed.retry_config.max_doublings == 0


def test_an_update_without_mask_sets_everything(server: TasksServer) -> None:
    name = server.make_queue(retry_config=types.RetryConfig(max_attempts=7))
    limits = types.RateLimits(max_dispatches_per_second=5)
    changed = server.client.update_queue(queue=types.Queue(name=name, rate_limits=limits))
    assert changed.rate_limits.max_dispatches_per_second == 5
    assert changed.retry_config.max_attempts == 100


def test_an_update_cannot_change_the_state(server: TasksServer, queue: str) -> None:
    paused = types.Queue(name=queue, state=State.PAUSED)
    assert update(server, paused, "state").state == State.RUNNING


def test_an_update_of_an_unknown_field_is_refused(server: TasksServer, queue: str) -> None:
    with pytest.raises(InvalidArgument):
        update(server, types.Queue(name=queue), "rate_limits.max_happiness")


def test_an_update_makes_a_queue_that_is_not_there(server: TasksServer) -> None:
    name = f"{LOCATION}/queues/made-by-update"
    server.client.update_queue(queue=types.Queue(name=name))
    assert server.client.get_queue(name=name).state == State.RUNNING


def test_queues_of_a_location_are_listed_by_name_and_page(server: TasksServer) -> None:
    elsewhere = "projects/listing/locations/asia-southeast1"
    names = [f"{elsewhere}/queues/{letter}" for letter in "cab"]
    for name in names:
        server.client.create_queue(parent=elsewhere, queue=types.Queue(name=name))
    pages = server.client.list_queues(
        request=types.ListQueuesRequest(parent=elsewhere, page_size=2)
    ).pages
    assert [[queue.name for queue in page.queues] for page in pages] == [
        sorted(names)[:2],
        sorted(names)[2:],
    ]


def test_a_filtered_list_is_refused_as_not_simulated(server: TasksServer) -> None:
    request = types.ListQueuesRequest(parent=LOCATION, filter="state: PAUSED")
    with pytest.raises(MethodNotImplemented):
        server.client.list_queues(request=request)


def test_a_deleted_queue_takes_its_tasks_along(
    server: TasksServer, world: StillWorld, worker: Worker
) -> None:
    name = server.make_queue("deleted")
    server.client.pause_queue(name=name)
    server.add(name, worker.url, id="kept")
    server.client.delete_queue(name=name)
    server.make_queue("deleted")
    assert server.task_ids(name) == []


def test_the_queues_of_the_deployment_are_read_with_their_settings() -> None:
    queues = {
        queue.name: queue for queue in read_queues(REPOSITORY / "infra/queues.json", LOCATION)
    }
    wanted = json.loads((REPOSITORY / "infra/queues.json").read_bytes())["token"]
    token = queues[f"{LOCATION}/queues/token"]
    assert token.rate_limits.max_concurrent_dispatches == wanted["max_concurrent_dispatches"]
    assert token.retry_config.min_backoff.seconds == wanted["min_backoff_seconds"]


def test_a_server_has_the_queues_of_its_file(server: TasksServer) -> None:
    queue = server.client.get_queue(name=f"{LOCATION}/queues/token")
    assert queue.rate_limits.max_concurrent_dispatches == 1


@pytest.mark.parametrize("purge_time", [None, moment(datetime(2026, 11, 21, tzinfo=UTC))])
def test_what_was_done_to_a_queue_of_the_file_outlives_a_restart(
    tmp_path: Path, purge_time: Timestamp | None
) -> None:
    (wanted, *_) = read_queues(REPOSITORY / "infra/queues.json", LOCATION)
    store = Store(tmp_path / "tasks.sqlite", tombstone=timedelta(hours=1))
    store.put_queue(Queue(name=wanted.name, state=PAUSED, purge_time=purge_time))
    seed(store, [wanted])
    (seeded,) = store.queues()
    store.close()
    done = Queue(name=wanted.name, state=PAUSED, purge_time=purge_time)
    done.rate_limits.CopyFrom(wanted.rate_limits)
    done.retry_config.CopyFrom(wanted.retry_config)
    assert seeded == done


def test_a_file_with_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "queues.json"
    path.write_text('{"inbox": {"max_happiness": 1}}')
    with pytest.raises(ValueError, match="max_happiness"):
        read_queues(path, LOCATION)

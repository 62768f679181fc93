"""BatchCreateTasks and BatchDeleteTasks."""

from typing import Any

import pytest
from google.api_core.exceptions import Aborted, InvalidArgument, NotFound
from google.cloud.tasks_v2 import types
from google.longrunning.operations_pb2 import GetOperationRequest  # type: ignore[import-untyped]

from .running import LOCATION, TasksServer

URL = "http://127.0.0.1:1/"


def batch(queue: str, *task_ids: str, request_id: str = "") -> types.BatchCreateTasksRequest:
    return types.BatchCreateTasksRequest(
        parent=queue,
        request_id=request_id,
        requests=[
            types.CreateTaskRequest(
                parent=queue,
                task=types.Task(
                    name=f"{queue}/tasks/{task_id}", http_request=types.HttpRequest(url=URL)
                ),
            )
            for task_id in task_ids
        ],
    )


def result_of(operation: Any) -> Any:
    """What a batch came to; raises its error."""
    return operation.result()


def test_a_batch_creates_its_tasks(server: TasksServer, paused: str) -> None:
    created = result_of(server.client.batch_create_tasks(request=batch(paused, "a", "b")))
    assert [task.name for task in created.tasks] == [f"{paused}/tasks/a", f"{paused}/tasks/b"]


def test_a_task_that_is_refused_does_not_stop_its_batch(server: TasksServer, paused: str) -> None:
    server.client.batch_create_tasks(request=batch(paused, "a"))
    operation = server.client.batch_create_tasks(request=batch(paused, "a", "b"))
    assert list(operation.metadata.failed_requests) == [0]
    assert server.task_ids(paused) == ["a", "b"]


def test_a_batch_of_which_nothing_was_taken_is_an_error(server: TasksServer, paused: str) -> None:
    server.client.batch_create_tasks(request=batch(paused, "a"))
    operation = server.client.batch_create_tasks(request=batch(paused, "a"))
    with pytest.raises(Aborted):
        result_of(operation)


def test_a_repeated_batch_is_the_first_one(server: TasksServer, paused: str) -> None:
    first, second = (
        server.client.batch_create_tasks(request=batch(paused, "a", request_id="once"))
        for _ in range(2)
    )
    assert second.operation == first.operation


def test_the_operation_of_a_batch_can_be_read_again(server: TasksServer, paused: str) -> None:
    operation = server.client.batch_create_tasks(request=batch(paused, "a")).operation
    again = server.client.get_operation(GetOperationRequest(name=operation.name))
    assert again == operation


def test_an_operation_that_never_was_is_not_found(server: TasksServer) -> None:
    with pytest.raises(NotFound):
        server.client.get_operation(GetOperationRequest(name=f"{LOCATION}/operations/never"))


@pytest.mark.parametrize("size", [0, 101])
def test_a_batch_has_from_one_to_a_hundred_tasks(
    server: TasksServer, paused: str, size: int
) -> None:
    with pytest.raises(InvalidArgument):
        server.client.batch_create_tasks(request=batch(paused, *map(str, range(size))))


def test_a_batch_is_for_one_queue(server: TasksServer, paused: str) -> None:
    request = batch(paused, "a")
    request.requests[0].parent = f"{LOCATION}/queues/another"
    with pytest.raises(InvalidArgument):
        server.client.batch_create_tasks(request=request)


def test_a_batch_deletes_what_is_there(server: TasksServer, paused: str) -> None:
    server.client.batch_create_tasks(request=batch(paused, "a", "b", "c"))
    names = [f"{paused}/tasks/{task_id}" for task_id in ("a", "never", "c")]
    operation = server.client.batch_delete_tasks(
        request=types.BatchDeleteTasksRequest(parent=paused, names=names)
    )
    result_of(operation)
    assert list(operation.metadata.failed_requests) == [1]
    assert server.task_ids(paused) == ["b"]

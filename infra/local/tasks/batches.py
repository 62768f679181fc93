"""BatchCreateTasks and BatchDeleteTasks, and the operations they answer with.

A batch is done when its call returns. A call repeated with the same `request_id` gets the operation
of the first one. Source: `BatchCreateTasksRequest` and `BatchDeleteTasksRequest` of
google.cloud.tasks.v2.
"""

import random
import uuid
from collections.abc import Callable
from datetime import timedelta

import grpc
from google.cloud.tasks_v2 import types
from google.longrunning.operations_pb2 import Operation  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from .errors import Refusal
from .messages import (
    BatchCreateTasksMetadata,
    BatchCreateTasksResponse,
    BatchDeleteTasksMetadata,
    is_queue_name,
    parent_of,
)
from .store import Store
from .world import World

_MOST_CREATED = 100
_MOST_DELETED = 1000
_OPERATION_KEPT = timedelta(days=1)


class Batches:
    """Runs batches one task at a time; a task that is refused does not stop the others."""

    def __init__(self, *, store: Store, world: World, chance: random.Random) -> None:
        self._store = store
        self._world = world
        self._chance = chance

    def create(
        self,
        request: types.BatchCreateTasksRequest,
        create: Callable[[types.CreateTaskRequest], types.Task],
    ) -> Operation:
        self._check(request.parent, len(request.requests), _MOST_CREATED)
        if any(single.parent != request.parent for single in request.requests):
            raise Refusal.invalid("All tasks of a batch must be for the queue of the batch.")
        operation = self._operation(request.parent, request.request_id)
        if not operation.done:
            response, metadata = BatchCreateTasksResponse(), BatchCreateTasksMetadata()
            metadata.start_time.FromDatetime(self._world.now())
            for index, single in enumerate(request.requests):
                try:
                    response.tasks.append(create(single))
                except Refusal as refusal:
                    _note(metadata, index, refusal)
            self._finish(operation, metadata, response, len(request.requests))
        return operation

    def delete(
        self, request: types.BatchDeleteTasksRequest, delete: Callable[[str], None]
    ) -> Operation:
        self._check(request.parent, len(request.names), _MOST_DELETED)
        if any(parent_of(name) != request.parent for name in request.names):
            raise Refusal.invalid("All tasks of a batch must be of the queue of the batch.")
        operation = self._operation(request.parent, request.request_id)
        if not operation.done:
            metadata = BatchDeleteTasksMetadata()
            metadata.start_time.FromDatetime(self._world.now())
            for index, name in enumerate(request.names):
                try:
                    delete(name)
                except Refusal as refusal:
                    _note(metadata, index, refusal)
            self._finish(operation, metadata, Empty(), len(request.names))
        return operation

    def get(self, name: str) -> Operation:
        operation = self._store.operation(name)
        if operation is None:
            raise Refusal.missing("There is no such operation.")
        return operation

    def _check(self, parent: str, size: int, largest: int) -> None:
        if not is_queue_name(parent):
            raise Refusal.invalid("The parent is not the name of a queue.")
        if self._store.queue(parent) is None:
            raise Refusal.missing("The queue does not exist.")
        if not 0 < size <= largest:
            raise Refusal.invalid(f"A batch has from 1 to {largest} tasks.")

    def _operation(self, queue_name: str, request_id: str) -> Operation:
        """The one of an earlier call with this id, else a new one."""
        request_id = request_id or str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        name = f"{parent_of(queue_name)}/operations/{request_id}"
        return self._store.operation(name) or Operation(name=name)

    def _finish(
        self,
        operation: Operation,
        metadata: types.BatchCreateTasksMetadata | types.BatchDeleteTasksMetadata,
        response: Message | types.BatchCreateTasksResponse,
        size: int,
    ) -> None:
        now = self._world.now()
        metadata.end_time.FromDatetime(now)
        states = type(metadata).State
        metadata.state = (
            states.Value("PARTIALLY_SUCCEEDED")
            if metadata.failed_requests
            else states.Value("SUCCEEDED")
        )
        operation.metadata.Pack(metadata)
        if len(metadata.failed_requests) == size:
            operation.error.code = grpc.StatusCode.ABORTED.value[0]
            operation.error.message = "None of the requests succeeded, refer to failed_requests."
        else:
            operation.response.Pack(response)
        operation.done = True
        self._store.put_operation(operation, until=now + _OPERATION_KEPT)


def _note(
    metadata: types.BatchCreateTasksMetadata | types.BatchDeleteTasksMetadata,
    index: int,
    refusal: Refusal,
) -> None:
    status = metadata.failed_requests[index]
    status.code = refusal.code.value[0]
    status.message = refusal.message

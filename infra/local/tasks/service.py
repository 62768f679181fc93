"""The RPCs of google.cloud.tasks.v2.CloudTasks.

The client's package has the messages but no server stubs: a table at the end takes their place.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.cloud.tasks_v2 import types
from google.longrunning.operations_pb2 import (  # type: ignore[import-untyped]
    GetOperationRequest,
    Operation,
)
from google.protobuf.empty_pb2 import Empty

from .admission import admitted
from .batches import Batches
from .dispatcher import Dispatcher
from .errors import Refusal
from .messages import (
    PAUSED,
    RUNNING,
    ListQueuesResponse,
    ListTasksResponse,
    is_location_name,
    is_queue_name,
    is_task_name,
    parent_of,
    read_time,
    short_id,
    viewed,
)
from .queues import completed, updated
from .store import Store, StoredTask
from .world import FaultName, World

_LARGEST_QUEUE_PAGE = 9800
_LARGEST_TASK_PAGE = 1000


class CloudTasks:
    """One method per RPC; each raises `Refusal` for a status other than OK."""

    def __init__(
        self, *, store: Store, world: World, dispatcher: Dispatcher, chance: random.Random
    ) -> None:
        self._store = store
        self._world = world
        self._dispatcher = dispatcher
        self._chance = chance
        self._batches = Batches(store=store, world=world, chance=chance)

    async def create_queue(self, request: types.CreateQueueRequest) -> types.Queue:
        if not is_location_name(request.parent):
            raise Refusal.invalid("The parent is not the name of a location.")
        name = request.queue.name
        if not is_queue_name(name) or parent_of(name) != request.parent:
            raise Refusal.invalid("The queue's name is not a name in this location.")
        if self._store.queue(name) is not None:
            raise Refusal.taken("The queue exists already.")
        return self._kept(completed(request.queue))

    async def get_queue(self, request: types.GetQueueRequest) -> types.Queue:
        return self._queue(request.name)

    async def update_queue(self, request: types.UpdateQueueRequest) -> types.Queue:
        if not is_queue_name(request.queue.name):
            raise Refusal.invalid("The queue's name is not a name of a queue.")
        stored = self._store.queue(request.queue.name)
        if stored is None:
            return self._kept(completed(request.queue))
        return self._kept(updated(stored, request.queue, request.update_mask))

    async def list_queues(self, request: types.ListQueuesRequest) -> types.ListQueuesResponse:
        if not is_location_name(request.parent):
            raise Refusal.invalid("The parent is not the name of a location.")
        if request.filter:
            raise Refusal.absent("Filters are not simulated.")
        size = _page_size(request.page_size, _LARGEST_QUEUE_PAGE)
        queues = [
            queue
            for queue in self._store.queues()
            if parent_of(queue.name) == request.parent and queue.name > request.page_token
        ]
        token = queues[size - 1].name if len(queues) > size else ""
        return ListQueuesResponse(queues=queues[:size], next_page_token=token)

    async def delete_queue(self, request: types.DeleteQueueRequest) -> Empty:
        queue = self._queue(request.name)
        self._dispatcher.close(queue.name)
        self._store.delete_queue(queue.name)
        return Empty()

    async def purge_queue(self, request: types.PurgeQueueRequest) -> types.Queue:
        queue = self._queue(request.name)
        self._store.purge_queue(queue, self._world.now())
        return queue

    async def pause_queue(self, request: types.PauseQueueRequest) -> types.Queue:
        queue = self._queue(request.name)
        queue.state = PAUSED
        return self._kept(queue)

    async def resume_queue(self, request: types.ResumeQueueRequest) -> types.Queue:
        queue = self._queue(request.name)
        queue.state = RUNNING
        return self._kept(queue)

    async def create_task(self, request: types.CreateTaskRequest) -> types.Task:
        await self._suffer(request.parent)
        return viewed(self._create(request), request.response_view)

    async def batch_create_tasks(self, request: types.BatchCreateTasksRequest) -> Operation:
        await self._suffer(request.parent)
        return self._batches.create(
            request, lambda single: viewed(self._create(single), single.response_view)
        )

    async def get_task(self, request: types.GetTaskRequest) -> types.Task:
        return viewed(self._task(request.name).message, request.response_view)

    async def list_tasks(self, request: types.ListTasksRequest) -> types.ListTasksResponse:
        queue = self._queue(request.parent)
        size = _page_size(request.page_size, _LARGEST_TASK_PAGE)
        found = self._store.tasks(queue.name, after=request.page_token, limit=size + 1)
        return ListTasksResponse(
            tasks=[viewed(stored.message, request.response_view) for stored in found[:size]],
            next_page_token=found[size - 1].name if len(found) > size else "",
        )

    async def delete_task(self, request: types.DeleteTaskRequest) -> Empty:
        self._delete(request.name)
        return Empty()

    async def batch_delete_tasks(self, request: types.BatchDeleteTasksRequest) -> Operation:
        return self._batches.delete(request, self._delete)

    async def run_task(self, request: types.RunTaskRequest) -> types.Task:
        dispatched = self._dispatcher.run_now(self._task(request.name))
        return viewed(dispatched, request.response_view)

    async def get_operation(self, request: GetOperationRequest) -> Operation:
        return self._batches.get(request.name)

    async def _suffer(self, queue_name: str) -> None:
        """What the faults do to a whole call."""
        queue_id = queue_name.rpartition("/")[2]
        if self._world.strikes(FaultName.HANG, queue_id):
            await asyncio.Event().wait()  # Ends when the caller gives up, which cancels this call.
        if self._world.strikes(FaultName.REFUSE, queue_id):
            raise Refusal(grpc.StatusCode.UNAVAILABLE, "The service is unavailable.")

    def _create(self, request: types.CreateTaskRequest) -> types.Task:
        now = self._world.now()
        task_id = str(self._chance.randrange(10**18, 10**19))
        task = admitted(request, now=now, task_id=task_id)
        queue = self._queue(request.parent)
        queue_id = short_id(queue.name)
        if self._world.strikes(FaultName.DROP, queue_id):
            is_new = self._store.lose_task(task, now=now)
        else:
            due_at = read_time(task.schedule_time)
            if delaying := self._world.strikes(FaultName.DELAY, queue_id):
                due_at += delaying.delay
            is_new = self._store.add_task(task, due_at=due_at, now=now)
            self._dispatcher.wake(queue.name)
        if not is_new:
            raise Refusal.taken("The task's name is in use, or was a short while ago.")
        return task

    def _delete(self, name: str) -> None:
        self._store.remove_task(self._task(name).name, self._world.now())

    def _queue(self, name: str) -> types.Queue:
        if not is_queue_name(name):
            raise Refusal.invalid("The name is not a name of a queue.")
        queue = self._store.queue(name)
        if queue is None:
            raise Refusal.missing("The queue does not exist.")
        return queue

    def _task(self, name: str) -> StoredTask:
        if not is_task_name(name):
            raise Refusal.invalid("The name is not a name of a task.")
        stored = self._store.task(name)
        if stored is None:
            raise Refusal.missing("The task does not exist.")
        return stored

    def _kept(self, queue: types.Queue) -> types.Queue:
        self._store.put_queue(queue)
        self._dispatcher.configure(queue)
        return queue


def _page_size(wanted: int, largest: int) -> int:
    if wanted < 0:
        raise Refusal.invalid("The page size must not be negative.")
    return min(wanted or largest, largest)


def handlers(service: CloudTasks) -> tuple[grpc.GenericRpcHandler, ...]:
    """What a gRPC server needs to answer for a service."""
    requests: dict[str, Any] = {
        "CreateQueue": (service.create_queue, types.CreateQueueRequest),
        "GetQueue": (service.get_queue, types.GetQueueRequest),
        "UpdateQueue": (service.update_queue, types.UpdateQueueRequest),
        "ListQueues": (service.list_queues, types.ListQueuesRequest),
        "DeleteQueue": (service.delete_queue, types.DeleteQueueRequest),
        "PurgeQueue": (service.purge_queue, types.PurgeQueueRequest),
        "PauseQueue": (service.pause_queue, types.PauseQueueRequest),
        "ResumeQueue": (service.resume_queue, types.ResumeQueueRequest),
        "CreateTask": (service.create_task, types.CreateTaskRequest),
        "BatchCreateTasks": (service.batch_create_tasks, types.BatchCreateTasksRequest),
        "GetTask": (service.get_task, types.GetTaskRequest),
        "ListTasks": (service.list_tasks, types.ListTasksRequest),
        "DeleteTask": (service.delete_task, types.DeleteTaskRequest),
        "BatchDeleteTasks": (service.batch_delete_tasks, types.BatchDeleteTasksRequest),
        "RunTask": (service.run_task, types.RunTaskRequest),
    }
    rpcs = {
        name: _unary(answer, request.pb().FromString)
        for name, (answer, request) in requests.items()
    }
    operations = {"GetOperation": _unary(service.get_operation, GetOperationRequest.FromString)}
    return (
        grpc.method_handlers_generic_handler("google.cloud.tasks.v2.CloudTasks", rpcs),
        grpc.method_handlers_generic_handler("google.longrunning.Operations", operations),
    )


def _unary(
    answer: Callable[[Any], Awaitable[Any]], read: Callable[[bytes], Any]
) -> grpc.RpcMethodHandler:
    async def respond(request: Any, context: grpc.aio.ServicerContext) -> Any:
        try:
            return await answer(request)
        except Refusal as refusal:
            await context.abort(refusal.code, refusal.message)

    return grpc.unary_unary_rpc_method_handler(
        respond,
        request_deserializer=read,
        response_serializer=lambda message: message.SerializeToString(),
    )

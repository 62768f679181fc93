"""The running server: both ports, the clock it follows, and the end of it all."""

import asyncio
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc.aio
import uvicorn
from google.cloud.tasks_v2 import types

from .dispatcher import Dispatcher
from .identity import TokenSigner
from .page import Page
from .rest import rest_route
from .scheduler import Job, Scheduler
from .service import CloudTasks, handlers
from .store import Store
from .world import World

HOST = "127.0.0.1"

_GRACE_SECONDS = 0.2


class _Stopped(Exception):
    """Ends the task group, and with it whatever waits or is under way."""


class _PageServer(uvicorn.Server):
    """Leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Plan:
    """What a server needs to run."""

    store: Store
    signer: TokenSigner
    queues: list[types.Queue]
    jobs: list[Job]
    world_url: str | None
    grpc_port: int
    http_port: int


async def serve(plan: Plan) -> None:
    """Serve until SIGTERM or SIGINT. Attempts under way are then cut; their tasks stay.

    Raises `OSError` or `RuntimeError` if a port is taken.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    store, signer, chance = plan.store, plan.signer, random.SystemRandom()
    seed(store, plan.queues)
    http_socket = socket.create_server((HOST, plan.http_port))
    # Without so_reuseport a second server on this port fails instead of sharing it.
    grpc_server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    grpc_server.add_insecure_port(f"{HOST}:{plan.grpc_port}")
    try:
        async with asyncio.TaskGroup() as group:
            world = World(plan.world_url, chance)
            await world.look()
            dispatcher = Dispatcher(store=store, world=world, signer=signer, group=group)
            service = CloudTasks(store=store, world=world, dispatcher=dispatcher, chance=chance)
            grpc_server.add_generic_rpc_handlers(handlers(service))
            page = Page(
                store=store, world=world, dispatcher=dispatcher, creation=rest_route(service)
            )
            page_server = _PageServer(
                uvicorn.Config(
                    page.application(),
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    timeout_graceful_shutdown=1,
                )
            )
            dispatcher.start()
            group.create_task(world.watch())
            scheduler = Scheduler(store=store, world=world, signer=signer)
            for job in plan.jobs:
                group.create_task(scheduler.keep(job))
            await grpc_server.start()
            serving = group.create_task(page_server.serve(sockets=[http_socket]))
            await stop.wait()
            page_server.should_exit = True
            await grpc_server.stop(_GRACE_SECONDS)
            await serving
            raise _Stopped
    except* _Stopped:
        pass


def seed(store: Store, queues: list[types.Queue]) -> None:
    """Make or update queues; what people did to one, a pause for instance, stays."""
    for queue in queues:
        stored = store.queue(queue.name)
        if stored is not None:
            queue.state = stored.state
            if stored.HasField("purge_time"):
                queue.purge_time.CopyFrom(stored.purge_time)
        store.put_queue(queue)

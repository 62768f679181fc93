"""The command line: serves until SIGTERM or Ctrl-C. Silent at start unless something is wrong."""

import argparse
import asyncio
import logging
import sqlite3
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from .errors import Refusal
from .identity import TokenSigner
from .queues import read_queues
from .scheduler import read_jobs
from .server import Plan, serve
from .store import Store


def _arguments(command_line: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.tasks", description=__doc__)
    parser.add_argument("--grpc-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the SQLite file")
    parser.add_argument("--project", required=True)
    parser.add_argument("--location", required=True)
    parser.add_argument("--queues", type=Path, help="queues that shall exist, as JSON")
    parser.add_argument("--schedule", type=Path, help="addresses to call regularly, as JSON")
    parser.add_argument("--signing-key", type=Path, required=True, help="RSA key in PEM")
    parser.add_argument("--issuer", required=True, help="issuer of the tokens")
    parser.add_argument("--world-url", help="the simulator; without it the time is the machine's")
    parser.add_argument(
        "--tombstone-seconds", type=int, default=3600, help="how long a used name is refused"
    )
    return parser.parse_args(command_line)


def _plan(arguments: argparse.Namespace) -> Plan:
    location = f"projects/{arguments.project}/locations/{arguments.location}"
    arguments.data.parent.mkdir(parents=True, exist_ok=True)
    return Plan(
        signer=TokenSigner.from_file(arguments.signing_key, arguments.issuer),
        queues=read_queues(arguments.queues, location) if arguments.queues else [],
        jobs=read_jobs(arguments.schedule) if arguments.schedule else [],
        store=Store(arguments.data, tombstone=timedelta(seconds=arguments.tombstone_seconds)),
        world_url=arguments.world_url,
        grpc_port=arguments.grpc_port,
        http_port=arguments.http_port,
    )


def main(command_line: Sequence[str]) -> int:
    """Serve; 0 when stopped, 1 if it could not start."""
    logging.basicConfig(
        stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING
    )
    logging.getLogger(__package__).setLevel(logging.INFO)
    try:
        plan = _plan(_arguments(command_line))
        try:
            asyncio.run(serve(plan))
        finally:
            plan.store.close()
    except (OSError, ValueError, RuntimeError, sqlite3.OperationalError, Refusal) as error:
        print(f"The tasks server cannot run: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

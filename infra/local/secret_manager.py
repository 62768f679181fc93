"""Secret Manager's stand-in: the part of its REST interface that we use, kept in files.

https://cloud.google.com/secret-manager/docs/reference/rest (v1). One JSON file for each secret,
replaced whole and flushed to the disk, so that a version that was answered for is never lost.
Unlike the real one it asks nobody who they are, has no regions and computes no checksums.
"""

import argparse
import base64
import json
import os
import re
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import urllib3
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.clock import Clock, ClockAway, clock_at
from infra.local.ports import HOST

_MOST_BYTES = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_HTTP = {"INVALID_ARGUMENT": 400, "FAILED_PRECONDITION": 400, "NOT_FOUND": 404}
_HTTP |= {"ALREADY_EXISTS": 409, "UNAVAILABLE": 503}

_Version = dict[str, str]


class Refused(Exception):
    """A request that the real service would refuse: a canonical status and a sentence."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class SecretStore:
    """Secrets and their versions in one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()

    def create(self, project: str, secret: str) -> dict[str, Any]:
        """Add a secret without versions.

        Raises:
            Refused: a bad name, or it exists.
        """
        created = {"createTime": _written(self._clock()), "versions": []}
        with self._lock:
            if self._file(project, secret).exists():
                name = f"projects/{project}/secrets/{secret}"
                raise Refused("ALREADY_EXISTS", f"Secret [{name}] already exists.")
            self._write(project, secret, created)
        return self.secret(project, secret)

    def secret(self, project: str, secret: str) -> dict[str, Any]:
        """A secret without its versions.

        Raises:
            Refused: no such secret.
        """
        kept = self._read(project, secret)
        return {
            "name": f"projects/{project}/secrets/{secret}",
            "replication": {"automatic": {}},
            "createTime": kept["createTime"],
        }

    def add_version(self, project: str, secret: str, payload: bytes) -> _Version:
        """Add a version; it becomes the latest.

        Raises:
            Refused: no such secret, or the payload is empty or larger than 64 KiB.
        """
        if not 0 < len(payload) <= _MOST_BYTES:
            raise Refused("INVALID_ARGUMENT", f"The payload has 1 to {_MOST_BYTES} bytes.")
        now = self._clock()
        with self._lock:
            kept = self._read(project, secret)
            number = len(kept["versions"]) + 1
            added = {
                "name": f"projects/{project}/secrets/{secret}/versions/{number}",
                "createTime": _written(now),
                "state": "ENABLED",
                "data": base64.b64encode(payload).decode(),
            }
            kept["versions"].append(added)
            self._write(project, secret, kept)
        return _described(added)

    def versions(self, project: str, secret: str) -> list[_Version]:
        """All versions, newest first, without their payloads.

        Raises:
            Refused: no such secret.
        """
        return [
            _described(version) for version in reversed(self._read(project, secret)["versions"])
        ]

    def access(self, project: str, secret: str, version: str) -> dict[str, Any]:
        """The payload of a version, by number or `latest`.

        Raises:
            Refused: no such version, or it is disabled or destroyed.
        """
        found = self._version(self._read(project, secret), version)
        if found["state"] != "ENABLED":
            message = f"Secret Version [{found['name']}] is in {found['state']} state."
            raise Refused("FAILED_PRECONDITION", message)
        return {"name": found["name"], "payload": {"data": found["data"]}}

    def set_state(self, project: str, secret: str, version: str, state: str) -> _Version:
        """Make a version `ENABLED`, `DISABLED` or `DESTROYED`, which erases its payload.

        Raises:
            Refused: no such version, or it is destroyed already.
        """
        now = self._clock()
        with self._lock:
            kept = self._read(project, secret)
            found = self._version(kept, version)
            if found["state"] == "DESTROYED":
                message = f"Secret Version [{found['name']}] is destroyed."
                raise Refused("FAILED_PRECONDITION", message)
            found["state"] = state
            if state == "DESTROYED":
                found["destroyTime"] = _written(now)
                del found["data"]
            self._write(project, secret, kept)
        return _described(found)

    def _version(self, kept: dict[str, Any], version: str) -> _Version:
        versions: list[_Version] = kept["versions"]
        number = (
            len(versions) if version == "latest" else int(version) if version.isdecimal() else 0
        )
        if not 0 < number <= len(versions):
            raise Refused("NOT_FOUND", f"Secret Version [{version}] not found.")
        return versions[int(number) - 1]

    def _file(self, project: str, secret: str) -> Path:
        if not (_NAME.fullmatch(project) and _NAME.fullmatch(secret)):
            raise Refused("INVALID_ARGUMENT", "A name has 1 to 255 of A-Z, a-z, 0-9, - and _.")
        return self._folder / project / f"{secret}.json"

    def _read(self, project: str, secret: str) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self._file(project, secret).read_bytes())
        except FileNotFoundError:
            name = f"projects/{project}/secrets/{secret}"
            raise Refused("NOT_FOUND", f"Secret [{name}] not found.") from None
        return kept

    def _write(self, project: str, secret: str, kept: dict[str, Any]) -> None:
        file = self._file(project, secret)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = file.with_name(f"{file.name}.new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            json.dump(kept, opened, indent=2)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def create_app(store: SecretStore) -> Starlette:
    """The REST interface over a store."""

    async def create(request: Request) -> Response:
        secret = request.query_params.get("secretId", "")
        return await _answer(store.create, request.path_params["project"], secret)

    async def secret(request: Request) -> Response:
        return await _answer(store.secret, *_named(request))

    async def add_version(request: Request) -> Response:
        try:
            payload = base64.b64decode((await request.json())["payload"]["data"], validate=True)
        except (ValueError, KeyError, TypeError):
            return _error("INVALID_ARGUMENT", "payload.data is missing or not base64.")
        return await _answer(store.add_version, *_named(request), payload)

    async def versions(request: Request) -> Response:
        def listed(*name: str) -> dict[str, Any]:
            found = store.versions(*name)
            return {"versions": found, "totalSize": len(found)}

        return await _answer(listed, *_named(request))

    async def access(request: Request) -> Response:
        return await _answer(store.access, *_named(request), request.path_params["version"])

    def becomes(state: str) -> Callable[[Request], Awaitable[Response]]:
        async def set_state(request: Request) -> Response:
            version = request.path_params["version"]
            return await _answer(store.set_state, *_named(request), version, state)

        return set_state

    root = "/v1/projects/{project}/secrets"
    version = root + "/{secret}/versions/{version}"
    return Starlette(
        routes=[
            Route(root, create, methods=["POST"]),
            Route(root + "/{secret}:addVersion", add_version, methods=["POST"]),
            Route(root + "/{secret}", secret),
            Route(root + "/{secret}/versions", versions),
            Route(version + ":access", access),
            Route(version + ":enable", becomes("ENABLED"), methods=["POST"]),
            Route(version + ":disable", becomes("DISABLED"), methods=["POST"]),
            Route(version + ":destroy", becomes("DESTROYED"), methods=["POST"]),
        ]
    )


async def _answer(act: Callable[..., object], *arguments: object) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(act, *arguments))
    except Refused as refusal:
        return _error(refusal.status, str(refusal))
    except ClockAway as error:
        return _error("UNAVAILABLE", str(error))


def _named(request: Request) -> tuple[str, str]:
    return request.path_params["project"], request.path_params["secret"]


def _error(status: str, message: str) -> Response:
    code = _HTTP[status]
    return JSONResponse(
        {"error": {"code": code, "message": message, "status": status}}, status_code=code
    )


def _described(version: _Version) -> _Version:
    return {name: value for name, value in version.items() if name != "data"}


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def main() -> None:
    """Serve the secrets of a folder until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the secrets")
    parser.add_argument("--clock-url", help="whom to ask for the time")
    options = parser.parse_args()
    app = create_app(SecretStore(options.data, clock_at(options.clock_url, urllib3.PoolManager())))
    uvicorn.run(app, host=HOST, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()

"""Puts the province into an empty system: its units, pages and officers, and the pages' tokens.

Whatever is there already stays as it is, so kept data is never overwritten.
"""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import urllib3
from pydantic import ValidationError

from functions.errors import Rejected
from functions.units.model import Unit
from functions.units.tree import Tree
from functions.zalo.grants import KeptGrant, secret_name
from infra.local.clock import Clock
from infra.local.errors import LocalSystemError
from infra.local.province import Page, Province

if TYPE_CHECKING:
    from google.cloud.firestore import Client


_MOST_WRITES = 500
"""In one commit; a whole province has a few more documents."""


@contextmanager
def firestore_client(emulator: str, project: str) -> "Iterator[Client]":
    """A client of the emulator's default database."""
    # Here, because the launcher has started its processes by the time this takes to import.
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.firestore import Client

    # The library takes an emulator's address from the environment only, when a client is made.
    name = "FIRESTORE_EMULATOR_HOST"
    before = os.environ.get(name)
    os.environ[name] = emulator
    try:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        client = Client(project=project, credentials=credentials)
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]


def seed_province(client: "Client", province: Province) -> None:
    """Create the documents of the province's units, pages and officers that do not exist.

    Raises:
        LocalSystemError: a unit hangs below itself, or an area is impossible.
    """
    try:
        documents = dict(_documents(province))
    except (Rejected, ValidationError) as error:
        raise LocalSystemError(f"{province.province.name} is no province: {error}") from error
    _create_missing(client, documents)


def _documents(province: Province) -> Iterator[tuple[str, dict[str, object]]]:
    for unit in Tree(Unit.model_validate(one.model_dump()) for one in province.units).units:
        yield f"units/{unit.id}", unit.model_dump(exclude={"id"}, exclude_defaults=True)
    for page in province.pages:
        # Whether an account is linked is Zalo's knowledge; we learn it from its answers.
        yield (
            f"pages/{page.page_id}",
            page.model_dump(include={"name", "app_id", "unit_id", "oa_type"}),
        )
    for officer in province.officers:
        fields = officer.model_dump(include={"name", "roles"})
        yield f"officers/{officer.subject}", {**fields, "email": officer.email.lower()}


def _create_missing(client: "Client", documents: Mapping[str, Mapping[str, object]]) -> None:
    # Names alone, by collection: a fresh emulator takes half a second over 270 single documents.
    there = {
        found.reference.path
        for collection in {path.partition("/")[0] for path in documents}
        for found in client.collection(collection).select([]).stream()
    }
    missing = [path for path in documents if path not in there]
    for first in range(0, len(missing), _MOST_WRITES):
        batch = client.batch()
        for path in missing[first : first + _MOST_WRITES]:
            batch.create(client.document(path), dict(documents[path]))
        batch.commit()


class PageGrants:
    """Plays the admin of each page, who lets our app act for it: tokens for those without.

    The tokens become a version of the page's secret; the document `page_tokens/{page_id}` says
    which version is in force (`functions.zalo.grants`).
    """

    def __init__(
        self,
        pool: urllib3.PoolManager,
        *,
        simulator: str,
        secret_manager: str,
        project: str,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._simulator = simulator
        self._secrets = f"{secret_manager}/v1/projects/{project}/secrets"
        self._clock = clock

    def grant(self, client: "Client", pages: Iterable[Page]) -> None:
        """Grant every page that is to be connected from the start and has no token yet.

        Raises:
            LocalSystemError: the simulator or the secret manager refused.
        """
        connected = [page.page_id for page in pages if page.is_connected]
        pointers = {f"page_tokens/{page_id}": self._pointer(page_id) for page_id in connected}
        _create_missing(client, pointers)

    def _pointer(self, page_id: str) -> dict[str, object]:
        secret = secret_name(page_id)
        kept = self._ask("GET", f"{self._secrets}/{secret}/versions")
        if kept is not None and kept["versions"]:
            latest = self._do(f"{self._secrets}/{secret}/versions/latest:access")
            grant = KeptGrant.model_validate_json(base64.b64decode(latest["payload"]["data"]))
            return grant.pointer(int(latest["name"].rsplit("/", 1)[1])).model_dump()
        token = self._do(f"{self._simulator}/control/pages/{page_id}/grant", {})
        now = self._clock()
        grant = KeptGrant(
            generation=1,
            access_token=token["access_token"],
            refresh_token=token["refresh_token"],
            received_at=now,
            access_expires_at=now + timedelta(seconds=int(token["expires_in"])),
        )
        if kept is None:
            self._do(f"{self._secrets}?secretId={secret}", {"replication": {"automatic": {}}})
        payload = base64.b64encode(grant.model_dump_json().encode()).decode()
        self._do(f"{self._secrets}/{secret}:addVersion", {"payload": {"data": payload}})
        return grant.pointer(1).model_dump()

    def _do(self, address: str, body: object = None) -> dict[str, Any]:
        answer = self._ask("GET" if body is None else "POST", address, body)
        if answer is None:
            raise LocalSystemError(f"{address} does not exist.")
        return answer

    def _ask(self, method: str, address: str, body: object = None) -> dict[str, Any] | None:
        try:
            answer = self._pool.request(
                method,
                address,
                json=body if method == "POST" else None,
                timeout=10.0,
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise LocalSystemError(f"{address} did not answer.") from error
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise LocalSystemError(f"{address} answered {answer.status}.")
        parsed: dict[str, Any] = answer.json()
        return parsed

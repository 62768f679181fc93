"""Google's APIs with the operator's own token, read-only.

The token comes from `gcloud auth print-access-token`, so what the doctor may see is what the person
who asks may see. Only GET, and Firestore's runQuery, which reads.
"""

import json
import subprocess
from collections.abc import Mapping
from typing import Any, Protocol

import urllib3

SECONDS = 15.0

Document = dict[str, Any]


class NotAnswered(Exception):
    """An API refused or did not answer; the text says which and how."""


class Google(Protocol):
    """What the doctor asks: answers are JSON objects, or None for HTTP 404."""

    def get(self, address: str) -> Document | None:
        """What lies at an address of Google's.

        Raises:
            NotAnswered: neither an answer nor a 404.
        """
        ...

    def query(self, parent: str, query: Mapping[str, Any]) -> list[Document]:
        """The documents that a structured query finds under `projects/…/databases/…/documents`.

        Raises:
            NotAnswered: no answer.
        """
        ...


class Web(Protocol):
    """The open web, as anybody sees it."""

    def status(self, method: str, address: str, body: bytes | None = None) -> int:
        """How an address answers, without following it elsewhere.

        Raises:
            NotAnswered: no answer.
        """
        ...


class GoogleOverHttp:
    """Google as it is."""

    def __init__(self, pool: urllib3.PoolManager, token: str) -> None:
        self._pool = pool
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, address: str) -> Document | None:
        """What lies at an address of Google's."""
        found: Document | None = self._ask("GET", address, None)
        return found

    def query(self, parent: str, query: Mapping[str, Any]) -> list[Document]:
        """The documents that a structured query finds."""
        address = f"https://firestore.googleapis.com/v1/{parent}:runQuery"
        rows = self._ask("POST", address, {"structuredQuery": dict(query)})
        return [row["document"] for row in rows or [] if "document" in row]

    def _ask(self, method: str, address: str, body: object) -> Any:
        try:
            answer = self._pool.request(
                method,
                address,
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers,
                timeout=urllib3.Timeout(total=SECONDS),
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise NotAnswered(f"{_host(address)}: {type(error).__name__}") from None
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise NotAnswered(f"{_host(address)} answered {answer.status}")
        return json.loads(answer.data)


class WebOverHttp:
    """The web as it is."""

    def __init__(self, pool: urllib3.PoolManager) -> None:
        self._pool = pool

    def status(self, method: str, address: str, body: bytes | None = None) -> int:
        """How an address answers."""
        try:
            return self._pool.request(
                method,
                address,
                body=body,
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(total=SECONDS),
                retries=False,
                redirect=False,
            ).status
        except urllib3.exceptions.HTTPError as error:
            raise NotAnswered(f"{_host(address)}: {type(error).__name__}") from None


def access_token() -> str:
    """The token of whoever is signed in to gcloud.

    Raises:
        NotAnswered: nobody is, or there is no gcloud.
    """
    try:
        said = subprocess.run(
            ["gcloud", "auth", "print-access-token"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise NotAnswered("gcloud gives no token: run `gcloud auth login`") from None
    return said.stdout.strip()


def _host(address: str) -> str:
    return urllib3.util.parse_url(address).host or "?"

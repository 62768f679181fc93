"""Which pages there are and with which secrets Zalo signs for them."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.errors import OperatorNeeded


@dataclass(frozen=True, slots=True)
class PageSecrets:
    """A page's app, and its OA secret keys: the present one and the one before."""

    app_id: str
    secrets: Sequence[str]


class SecretsFile:
    """A JSON file, mounted from Secret Manager: `{"pages": {id: {"app_id", "secrets": [...]}}}`.

    Zalo's console kills an old key at once when a new one is made, so the file is looked at again
    whenever it changes, without a new deployment.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._pages: Mapping[str, PageSecrets] = {}

    def pages(self) -> Mapping[str, PageSecrets]:
        """All pages by id.

        Raises:
            OperatorNeeded: the file is missing or cannot be read.
        """
        try:
            state = os.stat(self._path)  # noqa: PTH116, pathlib costs the hot path more
            seen = (state.st_mtime_ns, state.st_ino)
            if seen != self._seen:
                with open(self._path, encoding="utf-8") as file:  # noqa: PTH123
                    listed = json.load(file)["pages"]
                self._pages = {page_id: _read(page) for page_id, page in listed.items()}
                self._seen = seen
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise OperatorNeeded(f"page secrets: {type(error).__name__}") from None
        return self._pages


def _read(page: Mapping[str, Any]) -> PageSecrets:
    secrets = page["secrets"]
    if not isinstance(secrets, list):
        # A single string would be read as a list of one-letter secrets.
        raise TypeError
    return PageSecrets(str(page["app_id"]), tuple(map(str, secrets)))

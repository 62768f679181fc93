"""One function calls another directly, as itself: the sweep's way when tasks do not arrive."""

import urllib3
from pydantic import BaseModel

from functions.cloud.metadata import Metadata
from functions.errors import Transient


class Calls:
    """Posts a body to one of our functions with this process's own identity token."""

    def __init__(self, pool: urllib3.PoolManager, metadata: Metadata) -> None:
        self._pool = pool
        self._metadata = metadata

    def call(self, address: str, body: BaseModel, *, seconds: float = 30.0) -> str:
        """Have the function do its work for `body` now; the word it answers with.

        Raises:
            Transient: it did not answer 200. It may have done the work all the same.
        """
        try:
            answer = self._pool.request(
                "POST",
                address,
                body=body.model_dump_json().encode(),
                headers={
                    "Authorization": f"Bearer {self._metadata.identity_token(address)}",
                    "Content-Type": "application/json",
                },
                timeout=urllib3.Timeout(total=seconds),
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise Transient(f"call: {type(error).__name__}") from None
        if answer.status != 200:
            raise Transient(f"call answered {answer.status}")
        return answer.data.decode(errors="replace")

"""One call of the OA API: headers, where parameters go, and what a refusal means.

Business errors come as HTTP 200 with `error` other than 0; the body is read on 4xx and 5xx too.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError
from urllib3.filepost import encode_multipart_formdata

from functions.zalo.errors import AmbiguousDelivery, RetryLater
from functions.zalo.http import Answer, ZaloHttp
from functions.zalo.refusals import Product, error_from_reply
from functions.zalo.strict_json import UnacceptableJson, read_object

_MOST_VALUES = 20_000
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PageAccess:
    """Acting as a page.

    Attributes:
        pinned_endpoint: the sending endpoint that Zalo accepted for this page before.
        oa_type: 2 a business, 4 a state body (`getoa`); chooses the endpoint to try first.
        proof_secret: the app's secret key, where the console demands `appsecret_proof`.
    """

    page_id: str
    access_token: str = field(repr=False)
    pinned_endpoint: str | None = None
    oa_type: int | None = None
    proof_secret: str | None = field(default=None, repr=False)


class ZaloCalls:
    """Calls one host of Zalo's as a page."""

    def __init__(
        self,
        http: ZaloHttp,
        url: str,
        *,
        now: Callable[[], datetime],
        product: Product = Product.OFFICIAL_ACCOUNT,
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._product = product
        self.now = now

    def get(self, page: PageAccess, path: str, parameters: Mapping[str, object]) -> Any:
        """Ask; the parameters travel as one JSON value, `data`.

        Raises:
            RetryLater: no answer; asking changes nothing, so it may be repeated.
            ZaloError: as Zalo refused.
        """
        query = f"?{urlencode({'data': json.dumps(parameters)})}" if parameters else ""
        return self._ask(page, "GET", path + query, None, {}, is_repeatable=True)

    def post(
        self,
        page: PageAccess,
        path: str,
        body: Mapping[str, object],
        *,
        is_repeatable: bool = False,
    ) -> Any:
        """Have something done; returns `data` of the answer.

        Raises:
            AmbiguousDelivery: no answer: it may have been done. `RetryLater` instead for what may
                be repeated.
            ZaloError: as Zalo refused.
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return self._ask(page, "POST", path, content, headers, is_repeatable=is_repeatable)

    def upload(self, page: PageAccess, path: str, content: bytes, name: str, kind: str) -> Any:
        """Upload one file as multipart field `file`; returns `data` of the answer.

        Raises:
            RetryLater: no answer; a file uploaded twice harms nobody.
            ZaloError: as Zalo refused.
        """
        body, content_type = encode_multipart_formdata({"file": (name, content, kind)})
        headers = {"Content-Type": content_type}
        return self._ask(page, "POST", path, body, headers, is_repeatable=True)

    def _ask(
        self,
        page: PageAccess,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        *,
        is_repeatable: bool,
    ) -> Any:
        headers["access_token"] = page.access_token
        if page.proof_secret:
            headers["appsecret_proof"] = proof(page.access_token, page.proof_secret)
        try:
            answer = self._http.call(method, self._url + path, headers=headers, body=body)
        except AmbiguousDelivery as error:
            if is_repeatable:
                raise RetryLater(str(error)) from None
            raise
        return self._result(answer, is_repeatable)

    def _result(self, answer: Answer, is_repeatable: bool) -> Any:
        try:
            content = read_object(answer.body, most_values=_MOST_VALUES)
            code = int(str(content.get("error")))
        except (UnacceptableJson, ValueError):
            if is_repeatable and answer.status >= 500:
                raise RetryLater(f"Zalo answered HTTP {answer.status}") from None
            raise error_from_reply(
                None, "", answer.status, now=self.now(), product=self._product
            ) from None
        if code != 0:
            message = str(content.get("message", ""))
            raise error_from_reply(
                code, message, answer.status, now=self.now(), product=self._product
            )
        return content.get("data")


def proof(access_token: str, app_secret: str) -> str:
    """`appsecret_proof`: HMAC-SHA256 of the token under the app's secret, in hex."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def understood(model: type[_M], data: object) -> _M:
    """`data` of a successful answer as a model.

    Raises:
        AmbiguousDelivery: it says success but not what we need to know; alarmed.
    """
    try:
        return model.model_validate(data)
    except ValidationError:
        raise AmbiguousDelivery("Zalo's success cannot be read", alarm=True) from None

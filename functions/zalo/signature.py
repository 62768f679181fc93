"""Whether a webhook request comes from Zalo.

`X-ZEvent-Signature: mac=SHA256(app_id + raw body + timestamp + OA secret key)`: plain SHA-256, not
an HMAC, with `app_id` and `timestamp` as they stand inside the body (Zalo OA, Webhook; official
SDK `MacUtils.buildMac`). Standard library only: the webhook's cold start has two seconds.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

from functions.errors import OperatorNeeded

_HEADER = re.compile(rb"\s*(?:mac\s*=\s*)?([0-9a-f]{64})\s*")
_DIGITS = re.compile(r"[0-9]+")


def is_signed_by_zalo(
    body: bytes,
    header: str | bytes | None,
    *,
    app_id: str,
    timestamp: str,
    secrets: Sequence[str],
) -> bool:
    """Whether one of the page's secrets made the signature of exactly these bytes.

    Args:
        body: the request's bytes as received, never serialised again.
        header: `X-ZEvent-Signature`; `mac=<hex>`, `mac = <hex>` and bare hex are seen in the field.
            Upper-case hex is refused: Zalo never sends it.
        app_id: `app_id` inside the body.
        timestamp: `timestamp` inside the body.
        secrets: the page's OA secret keys, the present one and, while it is being changed, the
            one before. None at all signs nothing.

    Raises:
        OperatorNeeded: a secret is empty, so that anybody could sign.
    """
    if not all(secrets):
        raise OperatorNeeded("an OA secret key is empty")
    # The terms have no separators. Digits around a body in braces leave only one way to split them.
    if header is None or not (_DIGITS.fullmatch(app_id) and _DIGITS.fullmatch(timestamp)):
        return False
    raw = header.encode("ascii", "replace") if isinstance(header, str) else header
    found = _HEADER.fullmatch(raw)
    if found is None:
        return False
    signed = hashlib.sha256(app_id.encode() + body + timestamp.encode())
    is_ours = False
    for secret in secrets:
        expected = signed.copy()
        expected.update(secret.encode())
        is_ours |= hmac.compare_digest(expected.hexdigest().encode(), found[1])
    return is_ours

"""The name under which a citizen is known outside the vault."""

import base64
import hashlib
import hmac


def citizen_key(secret: bytes, page_id: str, user_id: str) -> str:
    """A pseudonym that cannot be turned back without the secret: 128 bits, base32, 26 characters.

    Zalo's user id is scoped to the page, so the page is part of it.
    """
    digest = hmac.digest(secret, f"{page_id}|{user_id}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()

"""Sealing what passes through a task's body: AES-256-GCM, so that it is unreadable on the way."""

import os
from collections.abc import Callable

from functions.errors import Rejected

_NONCE_BYTES = 12


def seal(key: bytes, plain: bytes, draw: Callable[[int], bytes] = os.urandom) -> bytes:
    """Nonce and ciphertext, for `unseal` with the same 32-byte key."""
    # Imported here: the webhook needs it only when Firestore is away, and it costs its cold start.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = draw(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def unseal(key: bytes, sealed: bytes) -> bytes:
    """What was sealed.

    Raises:
        Rejected: not sealed with this key, or changed since.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        raise Rejected("a sealed body does not open") from None

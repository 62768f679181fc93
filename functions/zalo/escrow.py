"""The escrow: a token answer sealed into one log line, before anything else is done with it.

The log survives a crash of the very next instruction. The line is sealed to a public key whose
private half stays in Cloud KMS (RSA_DECRYPT_OAEP_3072_SHA256), so the log holds no token that a
reader of logs could use. AES-256-GCM carries the answer, RSA-OAEP (RFC 8017) its key; page and
generation are bound in, so that a line cannot pass for another's.
"""

import base64
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from functions.errors import Rejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import OAEP

_log = logging.getLogger(__name__)

_VERSION = "1"
_NONCE_BYTES = 12
LINE = "token answer sealed"
"""The constant message of the log line; its fields are `page_id`, `generation` and `sealed`."""


class SealBroken(Rejected):
    """The line was altered, belongs to another page or generation, or to another key."""


def seal(answer: bytes, *, public_key: bytes, page_id: str, generation: int) -> str:
    """`answer` as text that only the holder of the private key can open.

    Args:
        answer: the body of a token answer, unread.
        public_key: RSA, PEM.
    """
    # Imported here: only the refresher seals, and readers of tokens should start fast.
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    recipient = load_pem_public_key(public_key)
    if not isinstance(recipient, rsa.RSAPublicKey):
        raise TypeError("the escrow's key is not RSA")
    key = AESGCM.generate_key(256)
    # The key is used once, so a constant nonce never meets it twice.
    box = AESGCM(key).encrypt(bytes(_NONCE_BYTES), answer, _bound(page_id, generation))
    return ".".join((_VERSION, _text(recipient.encrypt(key, _oaep())), _text(box)))


def unseal(
    sealed: str, *, unwrap: Callable[[bytes], bytes], page_id: str, generation: int
) -> bytes:
    """The answer that `seal` sealed.

    Args:
        unwrap: RSA-OAEP-SHA256 decryption: Cloud KMS's `asymmetricDecrypt`, or `unwrap_with`.

    Raises:
        SealBroken: it cannot be opened as that page's answer of that generation.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        version, wrapped, box = sealed.split(".")
        if version != _VERSION:
            raise SealBroken("an escrow line of an unknown version")
        key = AESGCM(unwrap(_bytes(wrapped)))
        return key.decrypt(bytes(_NONCE_BYTES), _bytes(box), _bound(page_id, generation))
    except (ValueError, InvalidTag):
        raise SealBroken("an escrow line that cannot be opened") from None


def unwrap_with(private_key: bytes) -> Callable[[bytes], bytes]:
    """Decryption with a private key at hand (PEM), where there is no KMS."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(private_key, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the escrow's key is not RSA")
    return lambda wrapped: key.decrypt(wrapped, _oaep())


class LoggedEscrow:
    """Writes sealed answers to the log of the process."""

    def __init__(self, public_key: bytes) -> None:
        self._public_key = public_key

    def keep(self, page_id: str, generation: int, answer: bytes) -> None:
        """Write one line; it is out when this returns."""
        sealed = seal(answer, public_key=self._public_key, page_id=page_id, generation=generation)
        fields = {"page_id": page_id, "generation": generation, "sealed": sealed}
        _log.warning(LINE, extra=fields)
        for handler in logging.getLogger().handlers:
            handler.flush()


def _oaep() -> "OAEP":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP

    return OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def _bound(page_id: str, generation: int) -> bytes:
    return f"{page_id}|{generation}".encode()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, altchars=b"-_", validate=True)

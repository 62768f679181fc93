"""Keys and secrets of the local system: drawn once, kept in the data folder, never in the repo."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.province import Province


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets as the processes are given them, and the files that hold the longer ones."""

    citizen_key_secret: str
    inbox_seal_secret: str
    search_key_secret: str
    session_secret: str
    officers_page_secret: str
    signing_key_file: Path
    """RSA 2048, PEM: signs officers' sign-ins and service accounts' tokens."""
    page_secrets_file: Path
    """`{"pages": {page_id: {"app_id", "secrets": [...]}}}`: how webhooks are signed."""
    application_secrets_file: Path
    """`{app_id: secret_key}`: how tokens are refreshed."""
    escrow_key_file: Path
    """RSA 3072, public half, PEM: token answers are sealed to it. The private half is beside it."""
    simulator_secrets_file: Path
    """Both of the above, for the side that plays Zalo."""


def kept_keys(folder: Path, province: Province) -> Keys:
    """The keys in that folder; those that are missing are drawn and kept there, mode 0600."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pages = {
        page.page_id: {
            "app_id": page.app_id,
            "secrets": [_kept(folder / f"page-{page.page_id}", _word)],
        }
        for page in province.pages
    }
    applications = {
        page.app_id: _kept(folder / f"application-{page.app_id}", _word) for page in province.pages
    }
    return Keys(
        citizen_key_secret=_kept(folder / "citizen-key", _thirty_two_bytes),
        inbox_seal_secret=_kept(folder / "inbox-seal", _thirty_two_bytes),
        search_key_secret=_kept(folder / "search-key", _thirty_two_bytes),
        session_secret=_kept(folder / "session", _thirty_two_bytes),
        officers_page_secret=_kept(folder / "officers-page", _word),
        signing_key_file=_signing_key(folder / "signing-key.pem"),
        page_secrets_file=_written(folder / "pages.json", {"pages": pages}),
        application_secrets_file=_written(folder / "applications.json", applications),
        escrow_key_file=_escrow_key(folder / "escrow-key.pem"),
        simulator_secrets_file=_written(
            folder / "simulator.json",
            {
                "apps": {app: {"secret_key": secret} for app, secret in applications.items()},
                "pages": pages,
            },
        ),
    )


def _word() -> str:
    return secrets.token_urlsafe(24)


def _thirty_two_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _kept(file: Path, draw: Callable[[], str]) -> str:
    if not file.exists():
        _write(file, draw())
    return file.read_text()


def _signing_key(file: Path) -> Path:
    if not file.exists():
        _write(file, _new_rsa_key(2048)[0])
    return file


def _escrow_key(file: Path) -> Path:
    public = file.with_name("escrow-key-public.pem")
    if not public.exists():
        private_half, public_half = _new_rsa_key(3072)
        _write(file, private_half)
        _write(public, public_half)
    return public


def _new_rsa_key(bits: int) -> tuple[str, str]:
    """The private and the public half, PEM."""
    # Only the first start needs this, so only the first start pays for the import.
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
    private_half = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public_half = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private_half.decode(), public_half.decode()


def _written(file: Path, content: Mapping[str, object]) -> Path:
    _write(file, json.dumps(content, indent=2))
    return file


def _write(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
    new.replace(file)

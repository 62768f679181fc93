"""Which settings each function reads: `python -m tests.infra.settings` prints them as JSON.

Every door is built as deployed, with all that it makes later, and each class of settings that is
asked for is written down. In a process of its own, because what is built is kept for ever.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints
from unittest import mock

from functions import settings
from functions.settings import Secret
from functions.wiring import doors, ground, record

BUILDERS: Mapping[str, tuple[Callable[[], object], ...]] = {
    "admin": (doors.admin_page, ground.queues),
    "send_followup": (doors.send_followup_door, record.sender, record.disclosure, ground.queues),
    "store_report": (doors.store_report_door, ground.queues),
    "upkeep": (
        doors.upkeep_door,
        record.grants,
        record.sweep,
        record.lineages,
        ground.queues,
    ),
    "upload_media": (doors.upload_media_door, record.keeper, ground.queues),
    "zalo_webhook": (doors.webhook,),
}
"""What main.py's functions build, at once or with their first request."""


def _environment(folder: Path) -> dict[str, str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048).public_key()
    file = folder / "file"
    file.write_bytes(
        key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    environment = {}
    for setting in _classes():
        for name, (kind, is_needed) in described(setting).items():
            if name.endswith("_FILE"):
                environment[name] = str(file)
            elif issubclass(kind, Secret):
                environment[name] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            elif is_needed:
                environment[name] = "http://127.0.0.1:9"
    # No credentials are looked for where these are set.
    emulators = ("FIRESTORE_EMULATOR_HOST", "CLOUD_TASKS_EMULATOR_HOST")
    return (
        environment
        | dict.fromkeys(emulators, "127.0.0.1:9")
        | {"STORAGE_EMULATOR_HOST": "http://127.0.0.1:9"}
    )


def _classes() -> Iterator[Any]:
    base = settings._FromEnvironment
    yield from (
        it
        for it in vars(settings).values()
        if isinstance(it, type) and issubclass(it, base) and it is not base
    )


def described(setting: Any) -> dict[str, tuple[type, bool]]:
    """A class's variables: the type of each, and whether it has no default."""
    hints = get_type_hints(setting)
    return {
        (setting.prefix() + each.name).upper(): (
            hints[each.name] if isinstance(hints[each.name], type) else str,
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(setting)
    }


def read_by(function: str) -> dict[str, tuple[bool, bool]]:
    """The variables of the classes that the function reads: is it needed, is it a secret."""
    read: dict[str, tuple[bool, bool]] = {}
    original = settings._FromEnvironment.from_environment.__func__  # type: ignore[attr-defined]

    def watched(cls: Any, environment: Mapping[str, str] | None = None) -> Any:
        for name, (kind, is_needed) in described(cls).items():
            read[name] = (is_needed, issubclass(kind, Secret))
        return original(cls, environment)

    for module in (doors, ground, record):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    with mock.patch.object(settings._FromEnvironment, "from_environment", classmethod(watched)):
        for build in BUILDERS[function]:
            build()
    return read


def main() -> None:
    """Print, for each function, its variables."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(_environment(Path(folder)))
        print(json.dumps({function: read_by(function) for function in BUILDERS}))


if __name__ == "__main__":
    main()

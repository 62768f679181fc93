"""Which port each server of the local system listens on; all of them on 127.0.0.1 only."""

import secrets
import socket
from dataclasses import asdict, dataclass

from infra.local.errors import LocalSystemError

HOST = "127.0.0.1"

# Below the range from which outgoing connections take theirs, so nobody gets one by accident.
_SINGLES = range(10_000, 20_000)
_BLOCKS = range(20_000, 32_000, 20)


@dataclass(frozen=True, slots=True)
class Ports:
    """The fixed ports of `make run`; `free_ports` picks others."""

    admin: int = 8080
    zalo_webhook: int = 8081
    store_report: int = 8082
    upload_media: int = 8083
    send_followup: int = 8084
    upkeep: int = 8085
    simulator: int = 8090
    tasks: int = 8091
    tasks_page: int = 8092
    storage: int = 8093
    firestore: int = 8094
    identity_provider: int = 8095
    secret_manager: int = 8096


def is_free(port: int) -> bool:
    """Whether a server could listen on that port now."""
    with socket.socket() as probe:
        # As servers do: a connection that was closed a moment ago does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on now."""
    while not is_free(port := secrets.choice(_SINGLES)):
        continue
    return port


def require_free(ports: Ports) -> None:
    """Make sure that nobody listens on any of the ports.

    Raises:
        LocalSystemError: somebody does.
    """
    for name, port in asdict(ports).items():
        if not is_free(port):
            raise LocalSystemError(
                f"Port {port}, which {name} needs, is taken: stop the program that uses it "
                "(another `make run`?) or start with --free-ports."
            )


class FreePorts:
    """Ports that nobody uses, kept from other local systems until `close`."""

    def __init__(self) -> None:
        names = list(asdict(Ports()))
        for first in secrets.SystemRandom().sample(_BLOCKS, len(_BLOCKS)):
            # The first port of a block is the claim on it: it stays bound while the system runs.
            claim = socket.socket()
            try:
                claim.bind((HOST, first))
            except OSError:
                claim.close()
                continue
            numbers = range(first + 1, first + 1 + len(names))
            if all(is_free(port) for port in numbers):
                self._claim = claim
                self.ports = Ports(**dict(zip(names, numbers, strict=True)))
                return
            claim.close()
        raise LocalSystemError("No block of free ports is left between 20000 and 32000.")

    def close(self) -> None:
        """Give the ports back."""
        self._claim.close()

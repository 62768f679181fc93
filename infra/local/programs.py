"""The programs of the local system: how each is started."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra.local import firestore_emulator, storage
from infra.local.keys import Keys
from infra.local.ports import HOST
from infra.local.process import Program
from infra.local.settings import (
    FUNCTIONS,
    LOCATION,
    OFFICERS_PAGE_CLIENT,
    PROJECT,
    QUEUES,
    REPOSITORY,
    Addresses,
    Folders,
    function_environment,
    process_environment,
)
from infra.local.snapshot import Snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Builds the programs of one local system."""

    folders: Folders
    addresses: Addresses
    province: Path
    source: Path
    """The `main.py` whose functions are run."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More settings for every function."""

    def firestore(self, snapshots: Snapshots) -> Program:
        """The Firestore emulator, which starts empty each time and is given its snapshot."""
        command = firestore_emulator.command(HOST, self.addresses.ports.firestore)
        return replace(
            self._program("firestore", command, self.addresses.ports.firestore),
            when_ready=snapshots.restore,
            when_ended=snapshots.emulator_ended,
        )

    def storage(self) -> Program:
        """The Cloud Storage server."""
        command = storage.command(HOST, self.addresses.ports.storage, self.folders.storage)
        return self._program("storage", command, self.addresses.ports.storage)

    def simulator(self, keys: Keys) -> Program:
        """The Zalo simulator."""
        return self._python(
            "simulator",
            "infra.local.zalo",
            {
                "--port": self.addresses.ports.simulator,
                "--data": self.folders.zalo,
                "--province": self.province,
                "--secrets": keys.simulator_secrets_file,
                "--webhook-url": self.addresses.webhook,
                "--callback-url": self.addresses.consent_callback,
            },
            self.addresses.ports.simulator,
        )

    def tasks(self, keys: Keys) -> Program:
        """The Cloud Tasks server."""
        return self._python(
            "tasks",
            "infra.local.tasks",
            {
                "--grpc-port": self.addresses.ports.tasks,
                "--http-port": self.addresses.ports.tasks_page,
                "--data": self.folders.tasks / "tasks.sqlite",
                "--project": PROJECT,
                "--location": LOCATION,
                "--queues": QUEUES,
                "--schedule": self.folders.schedule,
                "--signing-key": keys.signing_key_file,
                "--issuer": self.addresses.identity_provider,
                "--world-url": self.addresses.simulator,
            },
            self.addresses.ports.tasks,
            self.addresses.ports.tasks_page,
        )

    def identity_provider(self, keys: Keys) -> Program:
        """The sign-in server."""
        return self._python(
            "identity_provider",
            "infra.local.identity_provider",
            {
                "--port": self.addresses.ports.identity_provider,
                "--issuer": self.addresses.identity_provider,
                "--signing-key": keys.signing_key_file,
                "--province": self.province,
                "--client-id": OFFICERS_PAGE_CLIENT,
                "--redirect-uri": self.addresses.sign_in_callback,
                "--clock-url": self.addresses.clock,
            },
            self.addresses.ports.identity_provider,
            # A command line can be read by everybody on the machine, an environment cannot.
            environment={"OIDC_CLIENT_SECRET": keys.officers_page_secret},
        )

    def secret_manager(self) -> Program:
        """The Secret Manager."""
        return self._python(
            "secret_manager",
            "infra.local.secret_manager",
            {
                "--port": self.addresses.ports.secret_manager,
                "--data": self.folders.secrets,
                "--clock-url": self.addresses.clock,
            },
            self.addresses.ports.secret_manager,
        )

    def functions(self, keys: Keys) -> list[Program]:
        """Each deployed function in a process of its own, as in the cloud."""
        return [self._function(name, keys) for name in FUNCTIONS]

    def _function(self, name: str, keys: Keys) -> Program:
        port = getattr(self.addresses.ports, name)
        command = (
            *(sys.executable, "-m", "functions_framework", "--source", str(self.source)),
            *("--target", name, "--host", HOST, "--port", str(port)),
        )
        environment = function_environment(name, self.addresses, keys)
        return self._program(
            name,
            command,
            port,
            environment={**environment, **self.settings},
            is_function=True,
        )

    def _python(
        self,
        name: str,
        module: str,
        options: Mapping[str, object],
        *ports: int,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        words = (str(word) for option in options.items() for word in option)
        return self._program(
            name, (sys.executable, "-m", module, *words), *ports, environment=environment
        )

    def _program(
        self,
        name: str,
        command: tuple[str, ...],
        *ports: int,
        environment: Mapping[str, str] | None = None,
        is_function: bool = False,
    ) -> Program:
        return Program(
            name=name,
            command=command,
            environment={**process_environment(self.folders.root), **(environment or {})},
            folder=REPOSITORY if not is_function else self.source.parent,
            log=self.folders.logs / f"{name}.log",
            ports=ports,
            is_function=is_function,
        )

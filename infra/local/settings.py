"""Where everything of the local system is, and what each process is told.

Worked out in one place from the ports and the data folder. A process gets a small environment of
its own, not that of the shell: what it needs to run, and the settings of the systems it uses.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.keys import Keys
from infra.local.ports import HOST, Ports

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / ".local"
PROVINCE = Path(__file__).with_name("province.json")
QUEUES = REPOSITORY / "infra" / "queues.json"

PROJECT = "tin-bao-local"
LOCATION = "asia-southeast1"
DATABASES = ("(default)", "inbox", "identity")
EVIDENCE_BUCKET = "evidence"
DERIVED_BUCKET = "derived"
TASKS_ACCOUNT = f"tasks@{PROJECT}.iam.gserviceaccount.com"
SCHEDULER_ACCOUNT = f"scheduler@{PROJECT}.iam.gserviceaccount.com"
UPKEEP_ACCOUNT = f"upkeep@{PROJECT}.iam.gserviceaccount.com"
OFFICERS_PAGE_CLIENT = "officers-page"
"""How the officers' page is called at the identity provider."""

FUNCTIONS = ("zalo_webhook", "store_report", "upload_media", "send_followup", "upkeep", "admin")

# Functions and the groups of settings they read, beside those that every function has.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "zalo_webhook": ("tasks", "inbox"),
    "store_report": ("tasks", "callers", "inbox", "search"),
    "upload_media": ("tasks", "callers", "buckets", "zalo", "search"),
    "send_followup": ("tasks", "callers", "inbox", "zalo", "secrets"),
    "upkeep": (
        "tasks",
        "callers",
        "inbox",
        "buckets",
        "zalo",
        "secrets",
        "applications",
        "search",
    ),
    "admin": ("tasks", "buckets", "officers", "zalo", "search"),
}


@dataclass(frozen=True, slots=True)
class Folders:
    """What lies where in the data folder."""

    root: Path

    @property
    def firestore(self) -> Path:
        """The snapshot of the three databases."""
        return self.root / "firestore"

    @property
    def storage(self) -> Path:
        """The buckets: one folder each."""
        return self.root / "storage"

    @property
    def tasks(self) -> Path:
        """The task server's database and its schedule."""
        return self.root / "tasks"

    @property
    def schedule(self) -> Path:
        """What the task server calls regularly, as Cloud Scheduler would."""
        return self.tasks / "schedule.json"

    @property
    def zalo(self) -> Path:
        """What the simulator remembers: citizens, messages, tokens, the clock."""
        return self.root / "zalo"

    @property
    def keys(self) -> Path:
        """Everything that was drawn at random at the first start."""
        return self.root / "keys"

    @property
    def secrets(self) -> Path:
        """The secret manager's secrets."""
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.root / "logs"

    @property
    def ready(self) -> Path:
        """The addresses of the running system; absent while it is not running."""
        return self.root / "ready.json"

    @property
    def processes(self) -> Path:
        """The process ids by name, kept up to date."""
        return self.root / "processes.json"

    @property
    def lock(self) -> Path:
        """Held by the launcher that uses this folder."""
        return self.root / "lock"

    @property
    def kept(self) -> tuple[Path, ...]:
        """The folders that a fresh start empties."""
        return (
            self.firestore,
            self.storage,
            self.tasks,
            self.zalo,
            self.keys,
            self.secrets,
            self.logs,
        )


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a running system, as written to the ready file."""

    ports: Ports

    def function(self, name: str) -> str:
        """The URL of a function."""
        return f"http://{HOST}:{getattr(self.ports, name)}"

    @property
    def webhook(self) -> str:
        """Where Zalo sends its events."""
        return self.function("zalo_webhook")

    @property
    def admin(self) -> str:
        """The officers' page."""
        return self.function("admin")

    @property
    def simulator(self) -> str:
        """The Zalo simulator: API, media, control room, and the citizen's phone."""
        return f"http://{HOST}:{self.ports.simulator}"

    @property
    def phone(self) -> str:
        """The citizen's phone."""
        return f"{self.simulator}/phone"

    @property
    def clock(self) -> str:
        """Where everybody asks what time it is."""
        return f"{self.simulator}/control/clock"

    @property
    def tasks(self) -> str:
        """The task server's gRPC address: host and port."""
        return f"{HOST}:{self.ports.tasks}"

    @property
    def tasks_page(self) -> str:
        """The task server's list page."""
        return f"http://{HOST}:{self.ports.tasks_page}"

    @property
    def storage(self) -> str:
        """The storage server."""
        return f"http://{HOST}:{self.ports.storage}"

    @property
    def firestore(self) -> str:
        """The Firestore emulator: host and port."""
        return f"{HOST}:{self.ports.firestore}"

    @property
    def identity_provider(self) -> str:
        """The issuer of sign-ins and of service accounts' tokens."""
        return f"http://{HOST}:{self.ports.identity_provider}"

    @property
    def metadata(self) -> str:
        """The metadata server, which the identity provider plays too: host and port."""
        return f"{HOST}:{self.ports.identity_provider}"

    @property
    def secret_manager(self) -> str:
        """The secret manager."""
        return f"http://{HOST}:{self.ports.secret_manager}"

    @property
    def sign_in_callback(self) -> str:
        """The only address of the officers' page to which a sign-in may return."""
        return f"{self.admin}/sign-in/callback"

    @property
    def consent_callback(self) -> str:
        """Where Zalo sends an administrator of a page back to, as saved in Zalo's console."""
        return f"{self.admin}/connections/callback"

    def by_name(self) -> dict[str, str]:
        """The addresses that the ready file tells."""
        return {
            "webhook": self.webhook,
            "admin": self.admin,
            "simulator": self.simulator,
            "tasks": self.tasks,
            "tasks_page": self.tasks_page,
            "storage": self.storage,
            "firestore": self.firestore,
            "identity_provider": self.identity_provider,
            "secret_manager": self.secret_manager,
        }


def process_environment(home: Path) -> dict[str, str]:
    """What every process needs to run; `home` keeps their droppings out of the user's own."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_PROXY": HOST,
    }
    for name in ("JAVA_HOME", "TMPDIR"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def function_environment(function: str, addresses: Addresses, keys: Keys) -> dict[str, str]:
    """The settings of one function: the addresses and secrets of the systems it uses, no others."""
    settings = {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FIRESTORE_EMULATOR_HOST": addresses.firestore,
        "CLOCK_URL": addresses.clock,
        "GCE_METADATA_HOST": addresses.metadata,
        # As deployed: one process for each instance, so many requests at once.
        "WORKERS": "1",
        "THREADS": "8",
    }
    groups = _settings_groups(addresses, keys)
    for group in _GROUPS[function]:
        settings |= groups[group]
    return settings


def _settings_groups(addresses: Addresses, keys: Keys) -> dict[str, dict[str, str]]:
    return {
        "tasks": {
            "CLOUD_TASKS_EMULATOR_HOST": addresses.tasks,
            "TASKS_REST_URL": addresses.tasks_page,
            "TASKS_LOCATION": LOCATION,
            "TASKS_SERVICE_ACCOUNT": TASKS_ACCOUNT,
            "STORE_REPORT_URL": addresses.function("store_report"),
            "UPLOAD_MEDIA_URL": addresses.function("upload_media"),
            "SEND_FOLLOWUP_URL": addresses.function("send_followup"),
            "UPKEEP_URL": addresses.function("upkeep"),
        },
        "callers": {
            "CALLER_ISSUER": addresses.identity_provider,
            "CALLER_JWKS_URL": f"{addresses.identity_provider}/jwks",
            "CALLER_ACCOUNTS": f"{TASKS_ACCOUNT},{SCHEDULER_ACCOUNT},{UPKEEP_ACCOUNT}",
        },
        "buckets": {
            "STORAGE_EMULATOR_HOST": addresses.storage,
            "EVIDENCE_BUCKET": EVIDENCE_BUCKET,
            "DERIVED_BUCKET": DERIVED_BUCKET,
        },
        "inbox": {
            "ZALO_SECRETS_FILE": str(keys.page_secrets_file),
            "CITIZEN_KEY_SECRET": keys.citizen_key_secret,
            "INBOX_SEAL_SECRET": keys.inbox_seal_secret,
        },
        "search": {"SEARCH_KEY_SECRET": keys.search_key_secret},
        "zalo": {
            "ZALO_API_URL": addresses.simulator,
            "ZALO_OAUTH_URL": addresses.simulator,
            "ZALO_TEMPLATE_URL": addresses.simulator,
            "ZALO_MEDIA_ORIGINS": addresses.simulator,
            # Shown nowhere here: the phone page fetches no picture from outside.
            "ZALO_FORM_PICTURE": "https://tin-bao.example/form.png",
        },
        "applications": {
            "ZALO_APP_SECRETS_FILE": str(keys.application_secrets_file),
            "ZALO_ESCROW_KEY_FILE": str(keys.escrow_key_file),
        },
        "secrets": {"SECRET_MANAGER_URL": addresses.secret_manager},
        "officers": {
            "ADMIN_URL": addresses.admin,
            "OIDC_ISSUER": addresses.identity_provider,
            "OIDC_CLIENT_ID": OFFICERS_PAGE_CLIENT,
            "OIDC_CLIENT_SECRET": keys.officers_page_secret,
            "SESSION_SECRET": keys.session_secret,
        },
    }

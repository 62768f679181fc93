"""Everything that differs between places, read from the environment: one class per outside system.

A setting without a default is required and names itself when it is missing. Secrets never have a
default and never show in a `repr`. Standard library only, because the webhook has to start within
Zalo's two seconds (`make bench` prints what its imports cost).
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self, get_type_hints


class MissingSetting(Exception):
    """A required environment variable is absent or cannot be read."""


class Secret:
    """A value that must not be shown: `repr` and `str` hide it, `reveal()` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class SecretKey(Secret):
    """A secret of 32 random bytes, written as standard base64."""

    __slots__ = ()

    def __init__(self, value: str) -> None:
        try:
            key = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error
        if len(key) != 32:
            raise ValueError("not 32 bytes")
        super().__init__(value)

    def key(self) -> bytes:
        """The 32 bytes."""
        return base64.b64decode(self.reveal())


STAND_INS = (
    "CLOCK_URL",
    "CLOUD_TASKS_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "IAP_JWKS_URL",
    "STORAGE_EMULATOR_HOST",
)
"""Addresses of what plays Google on one machine: it moves time, and says who somebody is."""


def refuse_stand_ins(environment: Mapping[str, str] | None = None) -> None:
    """Do not start where we are deployed and somebody set a stand-in's address.

    Raises:
        MissingSetting: names it.
    """
    variables = os.environ if environment is None else environment
    if "K_SERVICE" not in variables:
        return
    if found := [name for name in STAND_INS if variables.get(name)]:
        raise MissingSetting(f"{', '.join(found)} must not be set on Cloud Run")


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        if text not in {"true", "false"}:
            raise ValueError("not true or false")
        return text == "true"
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind == str | None:
        return text or None
    return kind(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FromEnvironment:
    """Fields are environment variables: `api_url` of a class with prefix ZALO_ is ZALO_API_URL."""

    @classmethod
    def prefix(cls) -> str:
        return ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings as the environment gives them.

        Raises:
            MissingSetting: a variable without a default is absent, or a value cannot be read.
        """
        variables = os.environ if environment is None else environment
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for setting in fields(cls):
            name = (cls.prefix() + setting.name).upper()
            text = variables.get(name)
            if text is None or (text == "" and setting.default is MISSING):
                if setting.default is MISSING and setting.default_factory is MISSING:
                    raise MissingSetting(f"{cls.__name__}: the setting {name} is missing")
                continue
            try:
                values[setting.name] = _read(hints[setting.name], text)
            except ValueError as error:
                raise MissingSetting(f"{cls.__name__}: {name} cannot be read: {error}") from None
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings(_FromEnvironment):
    """Google Cloud: project, databases, buckets. Emulators come in by their own variables."""

    google_cloud_project: str
    firestore_inbox_database: str = "inbox"
    firestore_identity_database: str = "identity"
    firestore_emulator_host: str | None = None
    storage_emulator_host: str | None = None
    gce_metadata_host: str = "metadata.google.internal"
    secret_manager_url: str = "https://secretmanager.googleapis.com"  # noqa: S105, an address
    clock_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings(_FromEnvironment):
    """Where originals and what is derived from them are kept."""

    evidence_bucket: str
    derived_bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings(_FromEnvironment):
    """Cloud Tasks: the queues' place, who calls, and the addresses of the functions called."""

    google_cloud_project: str
    cloud_tasks_emulator_host: str | None = None
    tasks_rest_url: str = "https://cloudtasks.googleapis.com"
    tasks_location: str
    tasks_service_account: str
    store_report_url: str
    upload_media_url: str
    send_followup_url: str
    upkeep_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerSettings(_FromEnvironment):
    """Who may call a function that is not open to the world.

    `signature_checked_by_platform`: Cloud Run checks the caller's token itself and hands on the
    token with its signature removed. Only then may the claims be believed without a signature;
    true nowhere but where `roles/run.invoker` guards the function.
    """

    @classmethod
    def prefix(cls) -> str:
        return "CALLER_"

    issuer: str
    jwks_url: str
    accounts: tuple[str, ...]
    signature_checked_by_platform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxSettings(_FromEnvironment):
    """What the webhook needs: page secrets, and keys for pseudonyms and for sealing."""

    zalo_secrets_file: str
    citizen_key_secret: SecretKey
    inbox_seal_secret: SecretKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings(_FromEnvironment):
    """How reports are made findable: the key under which their terms are hashed."""

    @classmethod
    def prefix(cls) -> str:
        return "SEARCH_"

    key_secret: SecretKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloSettings(_FromEnvironment):
    """The Zalo platform's addresses (facts of Zalo's documentation, all overridable).

    `media_origins`: where attachments may be fetched from; an entry is a host suffix (https only,
    public addresses only) or a whole origin such as `http://127.0.0.1:8090`.
    """

    @classmethod
    def prefix(cls) -> str:
        return "ZALO_"

    api_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"
    template_url: str = "https://business.openapi.zalo.me"
    media_origins: tuple[str, ...] = ("zdn.vn", "zadn.vn", "dlmd.me")
    app_secrets_file: str | None = None
    prove_app_secret: bool = False
    challenge_consent: bool = True
    """Whether a consent is bound to us by a PKCE challenge of its own; false where the console
    has a fixed one."""
    form_picture: str | None = None
    """The picture of the form by which a citizen shares who they are (https); none, no form."""
    escrow_key_file: str | None = None
    """The public key (PEM) that token answers are sealed to before anything else is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSettings(_FromEnvironment):
    """How a citizen's messages are gathered into one report."""

    @classmethod
    def prefix(cls) -> str:
        return "INTAKE_"

    gathering_seconds: int = 600
    """Silence after which a report is closed with what is there."""
    grace_seconds: int = 120
    """How much longer the silence is waited out, for messages that are still on their way."""
    notice_version: str = "1"
    """Of the data notice; a new one is shown again with everybody's next report."""
    most_messages: int = 20
    """Within `most_messages_minutes`, before a citizen is asked for patience."""
    most_messages_minutes: int = 10
    slow_down_again_minutes: int = 60
    repeated_hours: int = 24
    """Within which the same words again are one message."""
    blocked_again_hours: int = 24
    """After which somebody who is blocked is told so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings(_FromEnvironment):
    """What may be taken in as evidence."""

    @classmethod
    def prefix(cls) -> str:
        return "EVIDENCE_"

    maximum_bytes: int = 25 * 1024 * 1024
    total_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings(_FromEnvironment):
    """Identity-Aware Proxy in front of the officers' page.

    `audience`: `/projects/{number}/global/backendServices/{id}`; with it, a request without the
    proxy's signature is refused, whoever it comes from.
    `sign_out_path`: a path of the page at which the proxy forgets whom it let pass.
    """

    @classmethod
    def prefix(cls) -> str:
        return "IAP_"

    audience: str = ""
    issuer: str = "https://cloud.google.com/iap"
    jwks_url: str = "https://www.gstatic.com/iap/verify/public_key-jwk"
    sign_out_path: str = "/sign-in?gcp-iap-mode=CLEAR_LOGIN_COOKIE"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings(_FromEnvironment):
    """The OpenID Connect issuer at which officers sign in, and what the page is called there."""

    @classmethod
    def prefix(cls) -> str:
        return "OIDC_"

    issuer: str
    client_id: str
    client_secret: Secret


_OF_AN_ISSUER = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "ALLOWED_ACR")


def sign_in_settings(
    environment: Mapping[str, str] | None = None,
) -> tuple[IssuerSettings | None, ProxySettings | None]:
    """Who says which officer it is: the issuer, also behind the proxy, or the proxy alone.

    The proxy alone where nothing at all is set of an issuer: one by halves is a mistake, and so
    is to demand a method of signing in (ALLOWED_ACR) of the proxy, which does not tell it.

    Raises:
        MissingSetting: there is neither, or an issuer by halves.
    """
    variables = os.environ if environment is None else environment
    found = ProxySettings.from_environment(variables)
    proxy = found if found.audience else None
    if any(variables.get(name) for name in _OF_AN_ISSUER):
        return IssuerSettings.from_environment(variables), proxy
    if proxy is None:
        raise MissingSetting("nobody could sign in: set OIDC_ISSUER or IAP_AUDIENCE")
    return None, proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings(_FromEnvironment):
    """How officers come to know who a reporter is.

    `emergency_opening`: whether one officer alone may open an identity when life is in danger;
    without it a second one always has to approve.
    """

    @classmethod
    def prefix(cls) -> str:
        return "IDENTITY_"

    emergency_opening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSettings(_FromEnvironment):
    """The officers' page: its own address, the session key, what it shows.

    `upkeep_url`: the function that puts an administrator's consent into force.
    `tile_url`: where the map's pictures come from, such as `https://tiles.example.vn/{z}/{x}/{y}.png`;
    without it the map shows a grid. The nation's borders and islands have to be drawn as the law
    wants them (Law 27/2018/QH14 on surveying and mapping, article 6), so there is no default.
    """

    admin_url: str
    upkeep_url: str
    session_secret: Secret
    tile_url: str = ""
    tile_attribution: str = ""
    idle_minutes: int = 30
    absolute_hours: int = 12
    allowed_acr: tuple[str, ...] = field(default=())

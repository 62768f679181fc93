"""Settings: read from the environment, named when they are missing, silent about secrets."""

import base64
import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from functions import settings
from functions.settings import (
    AdminSettings,
    BucketSettings,
    CallerSettings,
    CloudSettings,
    EvidenceSettings,
    InboxSettings,
    IntakeSettings,
    IssuerSettings,
    MissingSetting,
    Secret,
    SecretKey,
    TaskSettings,
    ZaloSettings,
    sign_in_settings,
)
from functions.wiring import doors

KEY = base64.b64encode(bytes(range(32))).decode()
HIDDEN = "hunter2-secret-value"

SAMPLES: dict[object, str] = {
    str: "https://somewhere.example",
    tuple[str, ...]: "first, second ,",
    Secret: HIDDEN,
    SecretKey: KEY,
}
"""A value for a setting of each type that may be required."""


def _classes() -> list[type[Any]]:
    return [
        member
        for _, member in inspect.getmembers(settings, inspect.isclass)
        if dataclasses.is_dataclass(member) and not member.__name__.startswith("_")
    ]


def _required(kind: type[Any]) -> dict[str, str]:
    """The variables without which a class cannot be read, and values for them."""
    hints = get_type_hints(kind)
    return {
        (kind.prefix() + setting.name).upper(): SAMPLES[hints[setting.name]]
        for setting in dataclasses.fields(kind)
        if setting.default is setting.default_factory is dataclasses.MISSING
    }


REQUIRED = {kind: _required(kind) for kind in _classes()}


def test_these_are_the_classes_there_are() -> None:
    known = {CloudSettings, BucketSettings, TaskSettings, CallerSettings, InboxSettings}
    known |= {ZaloSettings, IntakeSettings, EvidenceSettings, AdminSettings}

    assert known <= set(REQUIRED)
    assert REQUIRED[ZaloSettings] == {}
    assert set(REQUIRED[BucketSettings]) == {"EVIDENCE_BUCKET", "DERIVED_BUCKET"}


@pytest.mark.parametrize("kind", REQUIRED, ids=lambda kind: kind.__name__)
def test_what_is_required_is_enough(kind: type[Any]) -> None:
    read = kind.from_environment(REQUIRED[kind])

    for name, value in REQUIRED[kind].items():
        field = getattr(read, name.removeprefix(kind.prefix()).lower())
        shown = field.reveal() if isinstance(field, Secret) else field
        assert shown == (value if isinstance(shown, str) else ("first", "second"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, variables in REQUIRED.items() for name in variables],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "empty"])
def test_a_missing_setting_names_itself(kind: type[Any], name: str, absent: bool) -> None:
    variables = dict(REQUIRED[kind])
    del variables[name]
    if not absent:
        variables[name] = ""

    with pytest.raises(MissingSetting, match=rf"{kind.__name__}.*\b{name}\b"):
        kind.from_environment(variables)


def test_the_process_s_own_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_GATHERING_SECONDS", "30")

    assert IntakeSettings.from_environment() == IntakeSettings(gathering_seconds=30)


def test_lists_flags_numbers_and_optional_addresses_are_read() -> None:
    callers = CallerSettings.from_environment(
        REQUIRED[CallerSettings] | {"CALLER_SIGNATURE_CHECKED_BY_PLATFORM": "true"}
    )
    cloud = CloudSettings.from_environment(
        REQUIRED[CloudSettings] | {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8094", "CLOCK_URL": ""}
    )

    assert callers.accounts == ("first", "second")
    assert callers.signature_checked_by_platform is True
    assert (cloud.firestore_emulator_host, cloud.clock_url) == ("127.0.0.1:8094", None)
    assert EvidenceSettings.from_environment({"EVIDENCE_MAXIMUM_BYTES": "7"}).maximum_bytes == 7


AT_AN_ISSUER = {
    "OIDC_ISSUER": "https://dang-nhap.example.vn",
    "OIDC_CLIENT_ID": "tin-bao",
    "OIDC_CLIENT_SECRET": HIDDEN,
}
BEHIND_A_PROXY = {"IAP_AUDIENCE": "/projects/1/global/backendServices/2"}


@pytest.mark.parametrize(
    ("environment", "has_issuer", "has_proxy"),
    [
        pytest.param(AT_AN_ISSUER, True, False, id="issuer"),
        pytest.param(AT_AN_ISSUER | {"ALLOWED_ACR": "phr"}, True, False, id="second factor"),
        pytest.param(AT_AN_ISSUER | BEHIND_A_PROXY, True, True, id="issuer behind proxy"),
        pytest.param(BEHIND_A_PROXY, False, True, id="proxy alone"),
        pytest.param(BEHIND_A_PROXY | dict.fromkeys(AT_AN_ISSUER, ""), False, True, id="emptied"),
    ],
)
def test_officers_sign_in_at_an_issuer_by_a_proxy_or_both(
    environment: dict[str, str], has_issuer: bool, has_proxy: bool
) -> None:
    issuer, proxy = sign_in_settings(environment)

    assert (issuer is not None, proxy is not None) == (has_issuer, has_proxy)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        pytest.param({}, "OIDC_ISSUER or IAP_AUDIENCE", id="nothing"),
        pytest.param({"IAP_AUDIENCE": ""}, "OIDC_ISSUER or IAP_AUDIENCE", id="empty"),
        pytest.param({"IAP_ISSUER": "https://x.example"}, "IAP_AUDIENCE", id="no audience"),
        pytest.param(BEHIND_A_PROXY | {"ALLOWED_ACR": "phr"}, "OIDC_ISSUER", id="lone demand"),
        *(
            pytest.param(BEHIND_A_PROXY | AT_AN_ISSUER | {name: ""}, name, id=f"without {name}")
            for name in AT_AN_ISSUER
        ),
    ],
)
def test_nobody_signs_in_by_halves(environment: dict[str, str], named: str) -> None:
    with pytest.raises(MissingSetting, match=named):
        sign_in_settings(environment)


def test_the_officers_page_does_not_start_where_nobody_could_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (REQUIRED[AdminSettings] | REQUIRED[BucketSettings]).items():
        monkeypatch.setenv(name, value)
    for name in (*AT_AN_ISSUER, *BEHIND_A_PROXY, "ALLOWED_ACR"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(MissingSetting, match="nobody could sign in"):
        doors.admin_page.__wrapped__()


def test_a_list_may_be_emptied() -> None:
    assert ZaloSettings.from_environment({"ZALO_MEDIA_ORIGINS": ""}).media_origins == ()


def test_a_signature_is_believed_unchecked_nowhere_unless_told() -> None:
    callers = CallerSettings.from_environment(REQUIRED[CallerSettings])

    assert callers.signature_checked_by_platform is False


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (EvidenceSettings, "EVIDENCE_MAXIMUM_BYTES", "many"),
        (EvidenceSettings, "EVIDENCE_TOTAL_SECONDS", ""),
        (CallerSettings, "CALLER_SIGNATURE_CHECKED_BY_PLATFORM", "yes"),
        (CallerSettings, "CALLER_SIGNATURE_CHECKED_BY_PLATFORM", "True"),
        (CallerSettings, "CALLER_SIGNATURE_CHECKED_BY_PLATFORM", ""),
        (InboxSettings, "CITIZEN_KEY_SECRET", "no base64!"),
        (InboxSettings, "CITIZEN_KEY_SECRET", "không"),
        (InboxSettings, "INBOX_SEAL_SECRET", base64.b64encode(bytes(31)).decode()),
    ],
)
def test_a_value_that_cannot_be_read_names_its_setting(
    kind: type[Any], name: str, value: str
) -> None:
    with pytest.raises(MissingSetting, match=name):
        kind.from_environment(REQUIRED[kind] | {name: value})


def test_a_key_that_cannot_be_read_is_not_repeated() -> None:
    for value in (HIDDEN, "không", base64.b64encode(HIDDEN.encode()).decode()):
        with pytest.raises(MissingSetting) as missing:
            InboxSettings.from_environment(REQUIRED[InboxSettings] | {"CITIZEN_KEY_SECRET": value})
        assert value not in str(missing.value)
        assert missing.value.__cause__ is None
        assert missing.value.__suppress_context__


def test_a_key_is_its_bytes() -> None:
    assert SecretKey(KEY).key() == bytes(range(32))


@pytest.mark.parametrize("secret", [Secret(HIDDEN), SecretKey(KEY)], ids=["secret", "key"])
def test_a_secret_shows_nowhere(secret: Secret) -> None:
    value = secret.reveal()

    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}", "%s" % secret):  # noqa: UP031
        assert value not in shown


def test_settings_show_their_secrets_nowhere() -> None:
    for kind in (AdminSettings, InboxSettings, IssuerSettings):
        shown = repr(kind.from_environment(REQUIRED[kind]))
        assert HIDDEN not in shown
        assert KEY not in shown


def _secret_settings() -> list[tuple[str, type, dataclasses.Field[Any]]]:
    """The settings that sound like a secret: name, type, field."""
    return [
        (f"{kind.__name__}.{setting.name}", get_type_hints(kind)[setting.name], setting)
        for kind in _classes()
        for setting in dataclasses.fields(kind)
        if setting.name.endswith(("_secret", "_key", "_password", "_token"))
        and get_type_hints(kind)[setting.name] is not bool
    ]


def test_what_sounds_like_a_secret_is_one() -> None:
    found = _secret_settings()

    assert len(found) >= 4
    assert [name for name, kind, _ in found if not issubclass(kind, Secret)] == []


def test_no_secret_has_a_default() -> None:
    assert [
        name
        for name, _, setting in _secret_settings()
        if setting.default is not dataclasses.MISSING
        or setting.default_factory is not dataclasses.MISSING
    ] == []


def test_equal_secrets_are_equal_and_nothing_else_is() -> None:
    assert Secret(HIDDEN) == Secret(HIDDEN)
    assert len({Secret(HIDDEN), Secret(HIDDEN)}) == 1
    assert Secret(HIDDEN) != Secret("other")
    assert Secret(HIDDEN) != HIDDEN


def test_settings_cannot_be_changed() -> None:
    read = IntakeSettings.from_environment({})

    with pytest.raises(dataclasses.FrozenInstanceError):
        read.gathering_seconds = 1  # type: ignore[misc]


def test_settings_cost_the_standard_library_only() -> None:
    program = (
        "import sys; sys.path.insert(0, '.'); before = set(sys.modules)\n"
        "import functions.settings\n"
        "roots = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(roots - sys.stdlib_module_names))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )

    assert found.stdout.strip() == "['functions']"

"""The two files that say which apps and pages exist: the province and its secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr


class _Read(BaseModel):
    # The province file also holds units and officers, which are not Zalo's business.
    model_config = ConfigDict(frozen=True, extra="ignore")


class ProvincePage(_Read):
    page_id: str
    app_id: str
    name: str
    unit_id: str
    oa_type: Literal[2, 4]
    linked_account: bool


class Province(_Read):
    pages: tuple[ProvincePage, ...]


class AppSecret(_Read):
    secret_key: SecretStr


class PageSecrets(_Read):
    app_id: str
    secrets: tuple[SecretStr, ...]


class Secrets(_Read):
    """Per app the key for OAuth, per page the OA secret keys, newest first."""

    apps: Mapping[str, AppSecret]
    pages: Mapping[str, PageSecrets]


def read_province(path: Path) -> Province:
    return Province.model_validate_json(path.read_bytes())


def read_secrets(path: Path) -> Secrets:
    return Secrets.model_validate_json(path.read_bytes())

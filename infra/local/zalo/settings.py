"""Knobs of an app, a page, a citizen and the world; each says what Zalo is uncertain about.

All of them can be changed through the control API; the defaults are the kind platform of 2026.
"""

from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from infra.local.zalo import limits


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AppSettings(Settings):
    """One app of the developers' console; its webhook serves all of its pages."""

    is_active: bool = True
    """Otherwise -209, and -14002 at OAuth."""
    is_registered: bool = True
    """For the Official Account API; otherwise -212."""
    is_removed: bool = False
    """-219 for every call."""
    callback_url: str | None = None
    """The saved "Official Account Callback Url"; without one every redirect is -14003."""
    requires_appsecret_proof: bool = False
    calls_per_minute: int = Field(default=limits.CALLS.most, ge=1)
    webhook_is_enabled: bool = True
    retries_refusals: bool = True
    """False: an answer other than 200 loses the event; only a failed connection is retried."""


class MenuKey(Settings):
    title: str
    payload: str
    type: Literal["oa.query.show", "oa.query.hide"] = "oa.query.hide"


class PageSettings(Settings):
    """One Official Account."""

    name: str
    oa_type: Literal[2, 4]
    linked_account: bool = False
    """Whether a ZBS account pays: otherwise -320 after 48 hours, -136 for templates."""
    balance: int = 1_000_000
    """Dong in that account; -321 or -137 when it does not suffice."""
    purchased_messages: int = 0
    """Paid messages bought in advance, used before the account."""
    is_enabled: bool = True
    """Otherwise -204."""
    is_verified: bool = True
    """Otherwise no refresh token is given, and templates are -135."""
    is_granted: bool = True
    """Whether the admin granted the permission groups; otherwise -223."""
    has_tier: bool = True
    """Whether the tier package includes the API; otherwise -224."""
    never_interacted_code: Literal[-232, -213] = -232
    shows_reply_quota: bool = False
    """Whether a free message's answer carries the old 8/8 quota."""
    receipts: bool = True
    receipt_sender: Literal["page", "citizen"] = "page"
    """Who stands as sender in seen and received events; connectors disagree."""
    events: tuple[str, ...] | None = None
    """Event toggles of the console; None is all on."""
    only_hash_messages: bool = False
    """The console's syntax filter: only texts that begin with #."""
    secret_index: int = 0
    """Which of the page's secrets signs: a reset of the OA secret key moves it."""
    menu: tuple[MenuKey, ...] = (
        MenuKey(title="Gửi phản ánh", payload="#guiphananh"),
        MenuKey(title="Tra cứu kết quả", payload="#tracuu"),
        MenuKey(title="Hỗ trợ", payload="#hotro"),
    )
    uploads_per_month: int = limits.UPLOADS.most
    articles_per_month: int = limits.ARTICLES.most
    templates_per_day: int = limits.TEMPLATES.most


class Persona(StrEnum):
    """How a citizen's account takes messages; the codes are in `sending` and `templates`."""

    NORMAL = "normal"
    RESTRICTED = "restricted"
    BANNED = "banned"
    INACTIVE = "inactive"
    RECEIVED_ENOUGH = "received_enough"
    NO_ZALO = "no_zalo"
    OLD_ZALO = "old_zalo"
    CANNOT_RECEIVE = "cannot_receive"
    REJECTS = "rejects"
    OPTED_OUT = "opted_out"
    NO_OPT_IN = "no_opt_in"
    REFUSES_PAGE = "refuses_page"


class CitizenSettings(Settings):
    name: str
    phone: str = ""
    """International without the zero, `84…`. Made-up numbers only."""
    persona: Persona = Persona.NORMAL
    blocked: bool = False
    """Has blocked the pages: -217, and -141 for templates."""
    is_admin: bool = False
    """Administers the pages: may receive test templates (`mode=development`)."""
    reads_at_once: bool = True
    """Sees a message as it comes; False: only when the phone page shows it."""


class WorldSettings(Settings):
    media_lifetime_seconds: int = Field(default=3600, ge=1)
    """How long a media link of an event lives. Zalo's is undocumented."""
    article_seconds: int = Field(default=2, ge=0)
    """How long an article or a video is "being processed" (-214)."""


AnySettings = TypeVar("AnySettings", bound=Settings)


def changed(settings: AnySettings, changes: dict[str, Any]) -> AnySettings:
    """The settings with `changes`. Raises pydantic's ValidationError."""
    return type(settings).model_validate(settings.model_dump() | changes)

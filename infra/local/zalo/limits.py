"""Zalo's limits and windows as pure rules: how much, until when, and the code for one more.

Source: fact sheet sections 1 (OAuth), 4.3 and 4.5 (sending), 6 (uploads), 7 to 9 and 11. Where
the sheet names no code, the simulator answers -210 "Parameter exceeds allowable limit" (text over
its length is -201, seen live).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from infra.local.zalo.answers import Refusal
from infra.local.zalo.clock import VIETNAM


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is allowed, in `unit`, and the code for more than that."""

    name: str
    most: int
    unit: str
    code: int

    def check(self, amount: int) -> None:
        """Raises Refusal with the limit's code when `amount` is over it."""
        if amount > self.most:
            message = f"{self.name} is invalid!" if self.code == -201 else None
            raise Refusal(self.code, message)


KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
DAY = 24 * 60 * 60

TEXT = Limit("message.text", 2000, "characters", -201)
BUTTONS = Limit("buttons", 5, "buttons", -210)
BUTTON_TITLE = Limit("button.title", 100, "characters", -210)
QUERY_PAYLOAD = Limit("button.payload", 1000, "characters", -210)
SMS_CONTENT = Limit("sms.content", 160, "characters", -210)
MEDIA_ELEMENTS = Limit("media.elements", 1, "elements", -210)
LIST_ELEMENTS = Limit("list.elements", 5, "elements", -210)
REQUEST_ELEMENTS = Limit("request_user_info.elements", 1, "elements", -210)
REQUEST_TITLE = Limit("request_user_info.title", 100, "characters", -210)
REQUEST_SUBTITLE = Limit("request_user_info.subtitle", 500, "characters", -210)
REACTIONS = Limit("reactions", 50, "reactions of a page to one message", -210)
IMAGE = Limit("upload.image", MEGABYTE, "bytes", -210)
GIF = Limit("upload.gif", 5 * MEGABYTE, "bytes", -210)
FILE = Limit("upload.file", 5 * MEGABYTE, "bytes", -210)
UPLOAD_AGE = Limit("upload.age", 7 * DAY, "seconds", -100)
UPLOADS = Limit("uploads", 5000, "uploads of a page in a calendar month", -211)
CONVERSATION = Limit("conversation.count", 10, "messages", -210)
RECENT_CHATS = Limit("listrecentchat.count", 10, "messages", -210)
USERS = Limit("getlist.count", 50, "users", -210)
USERS_OFFSET = Limit("getlist.offset", 9951, "users", -210)
ARTICLE_TITLE = Limit("article.title", 150, "characters", -210)
ARTICLE_AUTHOR = Limit("article.author", 50, "characters", -210)
ARTICLE_DESCRIPTION = Limit("article.description", 300, "characters", -210)
ARTICLE_VIDEO = Limit("article.video", 50 * MEGABYTE, "bytes", -210)
ARTICLES = Limit("articles", 100, "articles of a page in a calendar month", -223)
TRACKING_ID = Limit("tracking_id", 48, "characters", -132)
TEMPLATES = Limit("templates", 500, "template messages of a page in a day", -144)
CALLS = Limit("calls", 4000, "calls of an app in a minute", -32)
FREE_WINDOW = Limit("window.free", 2 * DAY, "seconds since the last interaction", -320)
WINDOW = Limit("window", 7 * DAY, "seconds since the last interaction", -230)
ACCESS_TOKEN_AGE = Limit("access_token.age", 25 * 60 * 60, "seconds", -220)

LIMITS: tuple[Limit, ...] = tuple(value for value in globals().values() if isinstance(value, Limit))
"""Every limit that answers with a code; the conformance tests go one over each of them."""

CODE_AGE = timedelta(minutes=10)
"""An OAuth code works once, and this long."""
REFRESH_TOKEN_AGE = timedelta(days=90)
"""Three months, single use."""

WEBHOOK_TIMEOUT = timedelta(seconds=2)
LADDER = tuple(timedelta(seconds=seconds) for seconds in (30, 5 * 60, 15 * 60, 30 * 60, 60 * 60))
"""Waits before retry 1 to 5 of a webhook event; after the last one the app's webhook is off."""

PAID_MESSAGE = 55
"""Price in dong of a message between 48 hours and 7 days."""
TEMPLATE_BY_PHONE = 200
TEMPLATE_BY_USER_ID = 120

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Hours in Vietnam between which templates and broadcasts are refused."""


class Window(StrEnum):
    """What a page may send to a citizen now, by the age of the last interaction."""

    NEVER = "never"
    FREE = "free"
    PAID = "paid"
    CLOSED = "closed"


def window(last_interaction: datetime | None, now: datetime) -> Window:
    """Free up to 48 hours, paid up to 7 days, both inclusive; then closed."""
    if last_interaction is None:
        return Window.NEVER
    age = now - last_interaction
    if age <= timedelta(seconds=FREE_WINDOW.most):
        return Window.FREE
    return Window.PAID if age <= timedelta(seconds=WINDOW.most) else Window.CLOSED


def is_night(now: datetime) -> bool:
    hour = now.astimezone(VIETNAM).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS

"""Articles of a page, and their broadcast to its followers.

Zalo makes an article in the background: `create` gives a token, `verify` the article's id once it
is there (-214 before that). Broadcasts carry articles only and go out between 6 and 22 hours.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from functions.zalo import limits
from functions.zalo.calls import PageAccess, ZaloCalls, understood
from functions.zalo.wire import FromZalo

CREATE = "/v2.0/article/create"
VERIFY = "/v2.0/article/verify"
REMOVE = "/v2.0/article/remove"
BROADCAST = "/v2.0/oa/message"

Text = Annotated[str, AfterValidator(limits.normalised)]


class _Ours(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paragraph(_Ours):
    """Text of an article."""

    type: Literal["text"] = "text"
    content: Text


class Picture(_Ours):
    """A picture of an article, at an https address."""

    type: Literal["image"] = "image"
    url: str
    caption: Text = ""


class ArticleDraft(_Ours):
    """An article to be made; hidden until `is_shown`."""

    title: Text
    author: Text
    description: Text
    cover_url: str
    body: tuple[Paragraph | Picture, ...]
    is_shown: bool = False
    allows_comments: bool = False

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.ARTICLE_TITLE, "title")
        limits.check_length(self.author, limits.ARTICLE_AUTHOR, "author")
        limits.check_length(self.description, limits.ARTICLE_DESCRIPTION, "description")
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it."""
        return {
            "type": "normal",
            "title": self.title,
            "author": self.author,
            "cover": {"cover_type": "photo", "photo_url": self.cover_url, "status": "show"},
            "description": self.description,
            "body": [part.model_dump() for part in self.body],
            "status": "show" if self.is_shown else "hide",
            "comment": "show" if self.allows_comments else "hide",
        }


class BroadcastTarget(_Ours):
    """Whom a broadcast goes to, in Zalo's own numbers, several joined by commas.

    Their meanings are not confirmed; an empty target is everybody who follows the page.
    """

    ages: str | None = None
    gender: str | None = None
    locations: str | None = None
    cities: str | None = None
    platform: str | None = None


class _Token(FromZalo):
    token: str


class _Article(FromZalo):
    id: str


class _Broadcast(FromZalo):
    message_id: str


class Articles:
    """Articles of a page."""

    def __init__(self, calls: ZaloCalls) -> None:
        self._calls = calls

    def create(self, page: PageAccess, draft: ArticleDraft) -> str:
        """Have an article made; returns the token to `verify` with.

        Raises:
            AmbiguousDelivery: it may have been made; look at the page before trying again.
            DeferredUntil: the page's quota of articles is used up.
            ZaloError: as Zalo refused.
        """
        return understood(_Token, self._calls.post(page, CREATE, draft.wire())).token

    def verify(self, page: PageAccess, token: str) -> str:
        """The article's id.

        Raises:
            RetryLater: it is still being made.
            ZaloError: as Zalo refused.
        """
        made = self._calls.post(page, VERIFY, {"token": token}, is_repeatable=True)
        return understood(_Article, made).id

    def remove(self, page: PageAccess, article_id: str) -> None:
        """Remove an article. Raises as Zalo refused."""
        self._calls.post(page, REMOVE, {"id": article_id}, is_repeatable=True)

    def broadcast(
        self, page: PageAccess, article_id: str, target: BroadcastTarget | None = None
    ) -> str:
        """Send an article to the page's followers; returns the message's id.

        Raises:
            AmbiguousDelivery: it may have gone out.
            DeferredUntil: at night, or the quota is used up.
            ZaloError: as Zalo refused.
        """
        element = {"media_type": "article", "attachment_id": article_id}
        payload = {"template_type": "media", "elements": [element]}
        audience = {} if target is None else target.model_dump(exclude_none=True)
        body = {
            "recipient": {"target": audience},
            "message": {"attachment": {"type": "template", "payload": payload}},
        }
        return understood(_Broadcast, self._calls.post(page, BROADCAST, body)).message_id

"""The Official Account API: send to a citizen, and ask about citizens, conversations and pages."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from functions.zalo import limits
from functions.zalo.articles import Articles
from functions.zalo.calls import PageAccess, ZaloCalls, understood
from functions.zalo.conversations import ConversationItem, conversation_items
from functions.zalo.errors import InvalidMessage, QuoteRefused, WrongEndpoint
from functions.zalo.http import ZaloHttp
from functions.zalo.messages import Message, TextMessage
from functions.zalo.profiles import PageProfile, ReplyQuota, UserDetail
from functions.zalo.refusals import Product
from functions.zalo.templates import Templates
from functions.zalo.uploads import Uploads
from functions.zalo.wire import FromZalo, IfReadable, Milliseconds, moment

__all__ = ["Endpoint", "PageAccess", "Quota", "SentMessage", "ZaloApi"]

USER_DETAIL = "/v3.0/oa/user/detail"
USER_DETAIL_OF_STATE_BODY = "/v2.0/oa/getprofile"
CONVERSATION = "/v2.0/oa/conversation"
RECENT_CHATS = "/v2.0/oa/listrecentchat"
PAGE_PROFILE = "/v2.0/oa/getoa"
QUOTA = "/v3.0/oa/quota/message"

_STATE_BODY = 4


class Endpoint(StrEnum):
    """Where a consultation message is sent; which one a page may use, Zalo decides."""

    V3 = "/v3.0/oa/message/cs"
    V2 = "/v2.0/oa/message"


ENDPOINT_ORDER = (Endpoint.V3, Endpoint.V2)


class Quota(FromZalo):
    """What Zalo says a message was counted against; it may say nothing."""

    kind: str = Field(validation_alias="quota_type")
    remaining: IfReadable[int] = Field(None, validation_alias="remain")
    total: IfReadable[int] = None


class _Sent(FromZalo):
    message_id: str = Field(min_length=1)
    sent_time: IfReadable[Milliseconds] = None
    quota: IfReadable[Quota] = None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that Zalo took on.

    Attributes:
        endpoint: where Zalo took it; store it as the page's `pinned_endpoint`.
    """

    message_id: str
    sent_at: datetime
    quota: Quota | None
    endpoint: Endpoint


class ZaloApi:
    """Acts as a page of ours at Zalo. Holds no token: each call is given a `PageAccess`."""

    def __init__(
        self,
        http: ZaloHttp,
        *,
        api_url: str,
        template_url: str,
        now: Callable[[], datetime],
        endpoint_order: Sequence[Endpoint] = ENDPOINT_ORDER,
    ) -> None:
        self._calls = ZaloCalls(http, api_url, now=now)
        self._endpoint_order = tuple(endpoint_order)
        self.uploads = Uploads(self._calls)
        self.articles = Articles(self._calls)
        self.templates = Templates(
            ZaloCalls(http, template_url, now=now, product=Product.TEMPLATE), self._calls
        )

    def send(self, page: PageAccess, user_id: str, message: Message) -> SentMessage:
        """Send a consultation message to a citizen of the page, once.

        The other endpoint is tried only when Zalo says that the first is not for this kind of page
        (-235, -240): any other refusal may hide a message that was delivered.

        Raises:
            WindowClosed: the citizen has to write, tap or follow first.
            TokenRefused, RetryLater: nothing was sent.
            AmbiguousDelivery: it may have been delivered.
            ZaloError: as Zalo refused.
        """
        *earlier, last = self._endpoints(page)
        for endpoint in earlier:
            with suppress(WrongEndpoint):
                return self._send(page, endpoint, user_id, message)
        return self._send(page, last, user_id, message)

    def user_detail(self, page: PageAccess, user_id: str) -> UserDetail:
        """What the citizen lets the page know: name, avatar, and what they chose to share.

        Raises:
            RetryLater: no answer.
            ZaloError: as Zalo refused.
        """
        try:
            answer = self._calls.get(page, USER_DETAIL, {"user_id": user_id})
        except WrongEndpoint:
            answer = self._calls.get(page, USER_DETAIL_OF_STATE_BODY, {"user_id": user_id})
        return understood(UserDetail, answer)

    def conversation(
        self, page: PageAccess, user_id: str, *, offset: int = 0, count: int = 10
    ) -> list[ConversationItem]:
        """What page and citizen wrote to each other, newest first, at most 10 at a time.

        Raises as `user_detail` does.
        """
        where = {"user_id": user_id, "offset": offset, "count": _page_size(count)}
        return conversation_items(self._calls.get(page, CONVERSATION, where), page.page_id)

    def recent_chats(
        self, page: PageAccess, *, offset: int = 0, count: int = 10
    ) -> list[ConversationItem]:
        """The latest message of each of the page's chats, newest first, at most 10 at a time.

        Raises as `user_detail` does.
        """
        where = {"offset": offset, "count": _page_size(count)}
        return conversation_items(self._calls.get(page, RECENT_CHATS, where), page.page_id)

    def page_profile(self, page: PageAccess) -> PageProfile:
        """The page itself: name, kind, package. Raises as `user_detail` does."""
        return understood(PageProfile, self._calls.get(page, PAGE_PROFILE, {}))

    def quota(self, page: PageAccess, user_id: str) -> ReplyQuota:
        """What the page may still send to this citizen, where Zalo says so.

        Raises as `user_detail` does.
        """
        answer = self._calls.post(page, QUOTA, {"user_id": user_id}, is_repeatable=True)
        return understood(ReplyQuota, answer)

    def _endpoints(self, page: PageAccess) -> list[Endpoint]:
        """The endpoints to try, best first: pinned, else by the kind of page, else as set."""
        order = self._endpoint_order
        if page.pinned_endpoint in order:
            first = Endpoint(page.pinned_endpoint)
        elif page.oa_type == _STATE_BODY and Endpoint.V2 in order:
            first = Endpoint.V2
        else:
            first = order[0]
        return [first, *(endpoint for endpoint in order if endpoint is not first)]

    def _send(
        self, page: PageAccess, endpoint: Endpoint, user_id: str, message: Message
    ) -> SentMessage:
        body = {"recipient": {"user_id": user_id}, "message": message.wire()}
        try:
            answer = self._calls.post(page, endpoint, body)
        except QuoteRefused:
            # A quoted message that Zalo no longer knows spoils the whole; our text matters more.
            if not isinstance(message, TextMessage) or message.quote_message_id is None:
                raise
            unquoted = message.model_copy(update={"quote_message_id": None})
            return self._send(page, endpoint, user_id, unquoted)
        sent = understood(_Sent, answer)
        at = self._calls.now() if sent.sent_time is None else moment(sent.sent_time)
        return SentMessage(sent.message_id, at, sent.quota, endpoint)


def _page_size(count: int) -> int:
    if not 1 <= count <= limits.CONVERSATION_PAGE:
        raise InvalidMessage(f"a conversation is read at most {limits.CONVERSATION_PAGE} at a time")
    return count

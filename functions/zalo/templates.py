"""ZBS template messages, by telephone number (formerly ZNS) and by user id.

They reach citizens whom the seven-day window shuts out. By number they are refused between 22 and
6 hours (-133). `tracking_id` is for matching receipts; it is not known to stop a second message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from functions.zalo import limits
from functions.zalo.calls import PageAccess, ZaloCalls, understood
from functions.zalo.wire import FromZalo, IfReadable, Milliseconds, moment

BY_PHONE = "/message/template"
BY_USER_ID = "/v3.0/oa/message/template"


class TemplateMessage(BaseModel):
    """An approved template and what to fill into it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    template_id: str
    fields: Mapping[str, str]
    tracking_id: str

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.tracking_id, limits.TRACKING_ID, "tracking id")
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it, without its recipient and its tracking id."""
        filled = {name: limits.normalised(text) for name, text in self.fields.items()}
        return {"template_id": self.template_id, "template_data": filled}


class _Quota(FromZalo):
    left: IfReadable[int] = Field(None, validation_alias=AliasChoices("remainingQuota", "remain"))


class _Sent(FromZalo):
    message_id: str = Field(min_length=1, validation_alias=AliasChoices("msg_id", "message_id"))
    sent_time: IfReadable[Milliseconds] = None
    quota: IfReadable[_Quota] = None


@dataclass(frozen=True, slots=True)
class SentTemplate:
    """A template message that Zalo took on.

    Attributes:
        left_today: how many more the page may send today, where Zalo says so.
    """

    message_id: str
    sent_at: datetime
    left_today: int | None


class Templates:
    """Template messages of a page."""

    def __init__(self, by_phone: ZaloCalls, by_user_id: ZaloCalls) -> None:
        self._by_phone = by_phone
        self._by_user_id = by_user_id

    def send_by_phone(
        self,
        page: PageAccess,
        phone: str,
        message: TemplateMessage,
        *,
        is_development: bool = False,
    ) -> SentTemplate:
        """Send to a number, written `84…`; in development only to administrators.

        Raises:
            InvalidMessage: the number does not read so; nothing was sent.
            PermanentForCitizen: this number cannot be reached; another channel is needed.
            DeferredUntil: at night, or the day's quota is used up.
            AmbiguousDelivery: it may have gone out.
            ZaloError: as Zalo refused.
        """
        limits.check_phone(phone)
        body = {"phone": phone, "tracking_id": message.tracking_id, **message.wire()}
        if is_development:
            body["mode"] = "development"
        return self._sent(self._by_phone.post(page, BY_PHONE, body))

    def send_by_user_id(
        self, page: PageAccess, user_id: str, message: TemplateMessage
    ) -> SentTemplate:
        """Send to a citizen of the page; Zalo takes no tracking id here.

        Raises as `send_by_phone` does; `InvalidMessage` also for a template that Zalo only sends by
        telephone number (-249).
        """
        body = {"user_id": user_id, **message.wire()}
        return self._sent(self._by_user_id.post(page, BY_USER_ID, body))

    def _sent(self, answer: object) -> SentTemplate:
        sent = understood(_Sent, answer)
        at = self._by_phone.now() if sent.sent_time is None else moment(sent.sent_time)
        return SentTemplate(sent.message_id, at, sent.quota.left if sent.quota else None)

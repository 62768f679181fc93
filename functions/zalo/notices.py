"""What is told about a page and its citizens: coming and going, details, receipts, quotas."""

from datetime import datetime

from pydantic import AliasChoices, AliasPath, Field

from functions.zalo.exchanges import Event, Party
from functions.zalo.wire import FromZalo, IfReadable, Milliseconds, Some, moment


class _Follow(Event):
    page_id: str = Field(validation_alias="oa_id")
    follower: Party
    source: Some = None

    @property
    def user_id(self) -> str:
        """The citizen."""
        return self.follower.id


class Followed(_Follow):
    """`follow`: a citizen follows the page; opens the right to send."""


class Unfollowed(_Follow):
    """`unfollow`: a citizen no longer follows the page."""


class _Touch(Event):
    page_id: str = Field(validation_alias="oa_id")
    user_id: str


class ChatOpened(_Touch):
    """`user_click_chatnow`: a citizen opened the chat for the first time ever."""


class Withdrawn(_Touch):
    """`user_withdraw`: the person withdraws consent; what may be deleted of theirs must be."""


class SubmittedDetails(FromZalo):
    """What a citizen filled in, whichever of Zalo's two forms it was.

    Attributes:
        phone: as Zalo gives it, usually `84…`.
        birth_date: as typed, usually dd/MM/yyyy.
        district: only the older form had districts.
    """

    name: Some = None
    phone: Some = None
    birth_date: Some = Field(None, validation_alias="user_dob")
    gender: Some = None
    address: Some = Field(
        None, validation_alias=AliasChoices("address", AliasPath("full_address", "user_address"))
    )
    ward: Some = Field(
        None, validation_alias=AliasChoices("ward", AliasPath("full_address", "user_ward"))
    )
    district: Some = None
    city: Some = Field(
        None, validation_alias=AliasChoices("city", AliasPath("full_address", "user_city"))
    )


class DetailsSubmitted(Event):
    """`user_submit_info`: a citizen answered the request for name, telephone and address."""

    sender: Party
    recipient: Party
    details: SubmittedDetails = Field(validation_alias="info")

    @property
    def page_id(self) -> str:
        """The page that asked."""
        return self.recipient.id

    @property
    def user_id(self) -> str:
        """The citizen who answered."""
        return self.sender.id


class _Receipt(Event):
    """Which party is the page differs from source to source: see `envelope.page_and_citizen`."""

    sender: Party
    recipient: Party


class _Seen(FromZalo):
    msg_ids: tuple[str, ...]


class MessagesSeen(_Receipt):
    """`user_seen_message`: messages of ours were seen on a phone."""

    message: _Seen

    @property
    def message_ids(self) -> tuple[str, ...]:
        """The messages seen."""
        return self.message.msg_ids


class _Referred(FromZalo):
    msg_id: str
    react_icon: Some = None
    tracking_id: Some = None
    delivery_time: IfReadable[Milliseconds] = None


class MessageReceived(_Receipt):
    """`user_received_message`: a message of ours reached a phone."""

    message: _Referred

    @property
    def message_id(self) -> str:
        """The message that arrived."""
        return self.message.msg_id


class TemplateReceived(MessageReceived):
    """`user_received_message` of a template message; its recipient is a telephone number."""

    @property
    def tracking_id(self) -> str | None:
        """The id that we gave when sending."""
        return self.message.tracking_id

    @property
    def received_at(self) -> datetime:
        """When it reached the phone."""
        at = self.message.delivery_time
        return self.sent_at if at is None else moment(at)


class Reacted(_Receipt):
    """`user_reacted_message`, `oa_reacted_message`: a mark was put on a message."""

    message: _Referred

    @property
    def message_id(self) -> str:
        """The message that was marked."""
        return self.message.msg_id

    @property
    def icon(self) -> str | None:
        """Zalo's word for the mark, such as `/-heart`."""
        return self.message.react_icon


class _QuotaChange(FromZalo):
    prev_value: IfReadable[int] = None
    new_value: int


class PageQuotaChanged(Event):
    """`change_oa_daily_quota`: how many template messages the page may send a day."""

    page_id: str = Field(validation_alias=AliasChoices("oa_id", "oaId"))
    quota: _QuotaChange


class _StatusChange(FromZalo):
    prev_status: Some = None
    new_status: str


class TemplateStatusChanged(Event):
    """`change_template_status`: a template was approved, refused or switched off."""

    page_id: str = Field(validation_alias="oa_id")
    template_id: str
    status: _StatusChange
    reason: Some = None

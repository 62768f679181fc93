"""What passes between a page and a citizen: the messages of both, echoes of our own included."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from functions.zalo.attachments import (
    Attachment,
    BusinessCard,
    LinkAttachment,
    LocationAttachment,
    MediaAttachment,
    MediaReference,
    Place,
)
from functions.zalo.wire import FromZalo, Some, moment


class Event(FromZalo):
    """What every event has. `timestamp` is epoch milliseconds, as text."""

    app_id: str
    event_name: str
    timestamp: str = Field(pattern=r"^[0-9]{1,14}$")
    user_id_by_app: Some = None

    @property
    def sent_at(self) -> datetime:
        """When it happened, by Zalo's clock, in UTC."""
        return moment(self.timestamp)

    @property
    def is_from_page(self) -> bool:
        """Whether the page, by our hand or a person's, is the one who acted."""
        return self.event_name.startswith("oa_")

    @property
    def is_echo(self) -> bool:
        """Whether it reports a message that the page sent: never to be answered."""
        return self.event_name.startswith("oa_send_")

    @property
    def is_from_human_agent(self) -> bool:
        """Whether a person answered from OA Manager rather than we through the API."""
        return False


class Party(FromZalo):
    """One side of an exchange; `admin_id` is there when a person wrote from OA Manager."""

    id: str
    admin_id: Some = None


class _Message(FromZalo):
    msg_id: Some = None
    text: Some = None
    quote_msg_id: Some = None
    conversation_id: Some = None
    attachments: Annotated[tuple[Attachment, ...], BeforeValidator(lambda value: value or ())] = ()


class Exchange(Event):
    """A message from one party to the other."""

    sender: Party
    recipient: Party
    message: _Message

    @property
    def message_id(self) -> str | None:
        """Zalo's id of the message."""
        return self.message.msg_id

    @property
    def text(self) -> str | None:
        """What was written; the caption of media, the name of a place or of a contact."""
        return self.message.text

    @property
    def media(self) -> tuple[MediaReference, ...]:
        """Everything that can be fetched, in the order sent."""
        found = (a.media for a in self.message.attachments if isinstance(a, MediaAttachment))
        return tuple(reference for reference in found if reference is not None)


class CitizenMessage(Exchange):
    """`user_send_*` and `anonymous_send_*`: somebody wrote to the page.

    Menu taps and pressed `oa.query.*` buttons arrive as text too: a text is never an authority.
    """

    @property
    def page_id(self) -> str:
        """The page written to."""
        return self.recipient.id

    @property
    def user_id(self) -> str:
        """Who wrote; with `is_anonymous`, an id that only lives in the conversation."""
        return self.sender.id

    @property
    def is_anonymous(self) -> bool:
        """Whether the visitor was not logged in."""
        return self.event_name.startswith("anonymous_")

    @property
    def quoted_message_id(self) -> str | None:
        """The message that was quoted."""
        return self.message.quote_msg_id

    @property
    def place(self) -> Place | None:
        """The position sent, if any."""
        places = (a.place for a in self.message.attachments if isinstance(a, LocationAttachment))
        return next((place for place in places if place is not None), None)

    @property
    def business_card(self) -> BusinessCard | None:
        """The contact passed on, if any."""
        links = (a for a in self.message.attachments if isinstance(a, LinkAttachment))
        return next((link.business_card for link in links if link.business_card), None)

    @property
    def links(self) -> tuple[str, ...]:
        """Web addresses sent as links."""
        links = (a for a in self.message.attachments if isinstance(a, LinkAttachment))
        return tuple(a.payload.url for a in links if a.payload.url and not a.business_card)


class PageMessage(Exchange):
    """`oa_send_*`: the echo of a message that we sent, or that a person sent from OA Manager.

    That its id equals the one the API returned is expected but not confirmed.
    """

    @property
    def page_id(self) -> str:
        """The page that wrote."""
        return self.sender.id

    @property
    def user_id(self) -> str:
        """The citizen written to."""
        return self.recipient.id

    @property
    def is_from_human_agent(self) -> bool:
        """Whether a person answered from OA Manager rather than we through the API."""
        return self.sender.admin_id is not None

"""What we send: consultation messages ("tin tư vấn") and their buttons.

Zalo OA, `POST /v3.0/oa/message/cs`; the same body goes to `/v2.0/oa/message`. A message that
breaks a limit cannot be made: `InvalidMessage` is raised, not pydantic's error.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from functions.zalo import limits
from functions.zalo.errors import InvalidMessage

Text = Annotated[str, AfterValidator(limits.normalised)]


class _Ours(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QueryButton(_Ours):
    """Sends `payload` back to us as the citizen's message, shown in the chat or not.

    A citizen can type the payload too: it is a wish, never an authority.
    """

    kind: Literal["query"] = "query"
    title: Text
    payload: Text
    is_shown: bool = True

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.BUTTON_TITLE, "button title")
        limits.check_length(self.payload, limits.QUERY_PAYLOAD, "button payload")
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it."""
        kind = "oa.query.show" if self.is_shown else "oa.query.hide"
        return {"title": self.title, "type": kind, "payload": self.payload}


class LinkButton(_Ours):
    """Opens a web page. Zalo tells nobody that it was pressed."""

    kind: Literal["link"] = "link"
    title: Text
    url: str

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.BUTTON_TITLE, "button title")
        if not self.url.startswith("https://"):
            raise InvalidMessage("a button's address is not https")
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it."""
        return {"title": self.title, "type": "oa.open.url", "payload": {"url": self.url}}


class PhoneButton(_Ours):
    """Calls a number, written `84…`."""

    kind: Literal["phone"] = "phone"
    title: Text
    phone: str

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.BUTTON_TITLE, "button title")
        limits.check_phone(self.phone)
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it."""
        payload = {"phone_code": self.phone}
        return {"title": self.title, "type": "oa.open.phone", "payload": payload}


class SmsButton(_Ours):
    """Opens a text message to a number, written `84…`, with its content filled in."""

    kind: Literal["sms"] = "sms"
    title: Text
    phone: str
    content: Text

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.BUTTON_TITLE, "button title")
        limits.check_phone(self.phone)
        limits.check_length(self.content, limits.SMS_CONTENT, "SMS content")
        return self

    def wire(self) -> dict[str, Any]:
        """As Zalo reads it."""
        payload = {"phone_code": self.phone, "content": self.content}
        return {"title": self.title, "type": "oa.open.sms", "payload": payload}


Button = Annotated[QueryButton | LinkButton | PhoneButton | SmsButton, Field(discriminator="kind")]


class TextMessage(_Ours):
    """Plain text, perhaps with buttons under it, perhaps quoting an earlier message."""

    kind: Literal["text"] = "text"
    text: Text
    buttons: tuple[Button, ...] = ()
    quote_message_id: str | None = None

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.text, limits.TEXT, "text")
        limits.check_count(self.buttons, limits.BUTTONS, "buttons")
        return self

    def wire(self) -> dict[str, Any]:
        """The `message` member, as Zalo reads it."""
        message: dict[str, Any] = {"text": self.text}
        if self.quote_message_id:
            message["quote_message_id"] = self.quote_message_id
        if self.buttons:
            message["attachment"] = _template(buttons=[button.wire() for button in self.buttons])
        return message


class ImageMessage(_Ours):
    """One picture, uploaded (`attachment_id`) or at an https address, perhaps with a caption."""

    kind: Literal["image"] = "image"
    attachment_id: str | None = None
    url: str | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        if bool(self.attachment_id) == bool(self.url):
            raise InvalidMessage("an image is either uploaded or at an address")
        if self.url and not self.url.startswith("https://"):
            raise InvalidMessage("an image's address is not https")
        if self.text is not None:
            limits.check_length(self.text, limits.TEXT, "caption")
        return self

    def wire(self) -> dict[str, Any]:
        """The `message` member, as Zalo reads it."""
        element = {"media_type": "image"}
        if self.attachment_id:
            element["attachment_id"] = self.attachment_id
        else:
            element["url"] = self.url or ""
        return _media(element, self.text)


class GifMessage(_Ours):
    """One uploaded gif with its size in pixels."""

    kind: Literal["gif"] = "gif"
    attachment_id: str
    width: int
    height: int

    def wire(self) -> dict[str, Any]:
        """The `message` member, as Zalo reads it."""
        size = {"width": self.width, "height": self.height}
        return _media({"media_type": "gif", "attachment_id": self.attachment_id, **size}, None)


class FileMessage(_Ours):
    """One uploaded file."""

    kind: Literal["file"] = "file"
    token: str

    def wire(self) -> dict[str, Any]:
        """The `message` member, as Zalo reads it."""
        return {"attachment": {"type": "file", "payload": {"token": self.token}}}


class RequestUserInfo(_Ours):
    """Asks the citizen to share name, telephone number and address; `user_submit_info` answers."""

    kind: Literal["request_user_info"] = "request_user_info"
    title: Text
    subtitle: Text
    image_url: str

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        limits.check_length(self.title, limits.REQUEST_TITLE, "title")
        limits.check_length(self.subtitle, limits.REQUEST_SUBTITLE, "subtitle")
        if not self.image_url.startswith("https://"):
            raise InvalidMessage("an image's address is not https")
        return self

    def wire(self) -> dict[str, Any]:
        """The `message` member, as Zalo reads it."""
        element = {"title": self.title, "subtitle": self.subtitle, "image_url": self.image_url}
        return {"attachment": _template(template_type="request_user_info", elements=[element])}


Message = Annotated[
    TextMessage | ImageMessage | GifMessage | FileMessage | RequestUserInfo,
    Field(discriminator="kind"),
]


def _template(**payload: Any) -> dict[str, Any]:
    return {"type": "template", "payload": payload}


def _media(element: dict[str, Any], text: str | None) -> dict[str, Any]:
    attachment = _template(template_type="media", elements=[element])
    return {"attachment": attachment} if text is None else {"text": text, "attachment": attachment}

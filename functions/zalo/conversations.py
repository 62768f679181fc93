"""The chat between a page and a citizen, read back from Zalo: evidence of what was delivered."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from functions.zalo.calls import understood
from functions.zalo.errors import AmbiguousDelivery
from functions.zalo.wire import FromZalo, IfReadable, Milliseconds, moment

_FROM_CITIZEN = 1


class _Item(FromZalo):
    message_id: str
    time: Milliseconds
    type: str = ""
    message: IfReadable[str] = None
    src: IfReadable[int] = None
    from_id: IfReadable[str] = None
    to_id: IfReadable[str] = None
    url: IfReadable[str] = None
    thumb: IfReadable[str] = None
    description: IfReadable[str] = None


class ConversationItem(BaseModel):
    """One message of a chat.

    Attributes:
        kind: Zalo's word: text, photo, GIF, link, links, voice, sticker, location, nosupport.
        text: what was written, if anything.
        user_id: the citizen's side of the chat.
    """

    model_config = ConfigDict(frozen=True)

    message_id: str
    sent_at: datetime
    kind: str
    text: str | None
    is_from_page: bool
    user_id: str | None
    url: str | None
    thumbnail: str | None
    description: str | None


def conversation_items(answer: object, page_id: str) -> list[ConversationItem]:
    """The messages in an answer of `conversation` or `listrecentchat`, in Zalo's order.

    Raises:
        AmbiguousDelivery: the answer is no list of messages; alarmed.
    """
    if not isinstance(answer, list):
        raise AmbiguousDelivery("Zalo's conversation cannot be read", alarm=True)
    return [_item(understood(_Item, row), page_id) for row in answer]


def _item(row: _Item, page_id: str) -> ConversationItem:
    # The ids tell the direction for certain; `src` is only trusted without them.
    is_from_page = row.src != _FROM_CITIZEN if row.from_id is None else row.from_id == page_id
    return ConversationItem(
        message_id=row.message_id,
        sent_at=moment(row.time),
        kind=row.type,
        text=row.message,
        is_from_page=is_from_page,
        user_id=row.to_id if is_from_page else row.from_id,
        url=row.url,
        thumbnail=row.thumb,
        description=row.description,
    )

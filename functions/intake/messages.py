"""Zalo's event becomes a submission: here its wire format ends."""

from functions.identity.pseudonym import citizen_key
from functions.identity.vault import Person
from functions.intake.store import PendingEvent
from functions.intake.submissions import Act, Media, Submission, spoken
from functions.intake.worker import Message
from functions.zalo.attachments import StickerAttachment
from functions.zalo.events import (
    ChatOpened,
    CitizenMessage,
    DetailsSubmitted,
    Event,
    Followed,
    Unfollowed,
    UnreadableEvent,
    Withdrawn,
    read_event,
)


def read_message(event: PendingEvent, *, citizen_key_secret: bytes) -> Message:
    """What the citizen did, and who they are.

    Raises:
        UnreadableEvent: an event that we use, in a shape that we cannot read.
    """
    read = read_event(event.raw)
    page_id, user_id = getattr(read, "page_id", None), getattr(read, "user_id", None)
    if not isinstance(page_id, str) or not isinstance(user_id, str):
        raise UnreadableEvent("an event without a page or a citizen")
    person = Person(
        citizen=citizen_key(citizen_key_secret, page_id, user_id),
        page_id=page_id,
        user_id=user_id,
        known_since=read.sent_at,
    )
    if isinstance(read, DetailsSubmitted):
        person = _shared(person, read)
    return Message(_submission(event.key, read), person)


def _shared(person: Person, event: DetailsSubmitted) -> Person:
    details = event.details
    parts = (details.address, details.ward, details.district, details.city)
    return person.model_copy(
        update={
            "name": details.name,
            "phone": details.phone,
            "address": ", ".join(part for part in parts if part) or None,
            "shared_at": event.sent_at,
        }
    )


def _submission(key: str, event: Event) -> Submission:
    match event:
        case CitizenMessage():
            return _told(key, event)
        case Followed() | ChatOpened():
            act = Act.ARRIVE
        case Withdrawn():
            act = Act.WITHDRAW
        case DetailsSubmitted():
            act = Act.IDENTITY
        case Unfollowed():
            act = Act.LEAVE
        case _:
            act = Act.OTHER
    return Submission(key=key, at=event.sent_at, act=act)


def _told(key: str, event: CitizenMessage) -> Submission:
    text = (event.text or "").strip()
    media = tuple(
        Media(
            kind=reference.kind.value,
            address=reference.url,
            name=reference.name,
            size=reference.size,
            checksum=reference.checksum,
        )
        for reference in event.media
    )
    place = event.place
    if not media and place is None:
        attachments = event.message.attachments
        if not text and not all(isinstance(each, StickerAttachment) for each in attachments):
            raise UnreadableEvent("a message of which nothing can be read")
        if not text:
            return Submission(key=key, at=event.sent_at, act=Act.OTHER)
        return spoken(key=key, at=event.sent_at, text=text)
    return Submission(
        key=key,
        at=event.sent_at,
        act=Act.TELL,
        text=text,
        media=media,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )

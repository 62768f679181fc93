"""What hangs on a message: media, places, links, contact cards. Zalo's words end here."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Tag

from functions.zalo.strict_json import UnacceptableJson, read_object
from functions.zalo.wire import FromZalo, IfReadable

_MD5 = re.compile(r"[0-9a-f]{32}")
_VIDEO_SUFFIXES = frozenset({"mp4", "mov", "m4v", "3gp", "avi", "mkv", "webm"})
_AUDIO_SUFFIXES = frozenset({"amr", "aac", "m4a", "mp3", "wav", "ogg", "opus"})
_IMAGE_SUFFIXES = frozenset({"jpg", "jpeg", "png", "heic", "webp"})


class MediaKind(StrEnum):
    """What the sender meant it to be; the bytes may be something else."""

    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


class MediaReference(BaseModel):
    """Where media can be fetched for a while; Zalo does not say for how long.

    Attributes:
        url: https, unless it names a port.
        name: the sender's file name.
        size: in bytes, as Zalo says.
        checksum: MD5 in lower-case hex, as Zalo says.
    """

    model_config = ConfigDict(frozen=True)

    kind: MediaKind
    url: str
    name: str | None = None
    size: int | None = None
    checksum: str | None = None


class Place(BaseModel):
    """A position that a citizen sent, in degrees."""

    model_config = ConfigDict(frozen=True)

    latitude: float
    longitude: float


class BusinessCard(BaseModel):
    """A contact that a citizen passed on; the name stands in the message's text."""

    model_config = ConfigDict(frozen=True)

    phone: str


class _MediaPayload(FromZalo):
    url: IfReadable[str] = None
    thumbnail: IfReadable[str] = None
    description: IfReadable[str] = None
    title: IfReadable[str] = None
    name: IfReadable[str] = None
    size: IfReadable[str] = None
    checksum: IfReadable[str] = None
    type: IfReadable[str] = None


class MediaAttachment(FromZalo):
    """Image, gif, video, audio or file. A phone's video may come as a file of type mp4."""

    type: Literal["image", "gif", "video", "audio", "file"]
    payload: _MediaPayload

    @property
    def media(self) -> MediaReference | None:
        """Where it is; None when Zalo gave no address."""
        address = self.payload.url or self.payload.thumbnail
        if not address:
            return None
        size = self.payload.size or ""
        checksum = (self.payload.checksum or "").casefold()
        return MediaReference(
            kind=self._kind(),
            url=_secure(address),
            name=self.payload.name,
            size=int(size) if re.fullmatch(r"[0-9]{1,15}", size) else None,
            checksum=checksum if _MD5.fullmatch(checksum) else None,
        )

    def _kind(self) -> MediaKind:
        suffix = (self.payload.type or "").casefold().lstrip(".")
        if self.type == "file" and suffix in _VIDEO_SUFFIXES:
            return MediaKind.VIDEO
        if self.type == "file" and suffix in _AUDIO_SUFFIXES:
            return MediaKind.AUDIO
        if self.type == "file" and suffix in _IMAGE_SUFFIXES:
            return MediaKind.IMAGE
        return MediaKind(self.type)


class LinkAttachment(FromZalo):
    """A link. A contact card comes as one too, its contact as JSON in the description."""

    type: Literal["link"]
    payload: _MediaPayload

    @property
    def business_card(self) -> BusinessCard | None:
        """The contact, when this is one."""
        try:
            contact = read_object((self.payload.description or "").encode())
        except UnacceptableJson:
            return None
        phone = contact.get("phone")
        return BusinessCard(phone=str(phone)) if phone else None


class _Coordinates(FromZalo):
    latitude: str
    longitude: str


class _LocationPayload(FromZalo):
    coordinates: IfReadable[_Coordinates] = None


class LocationAttachment(FromZalo):
    """A position; its name, if any, stands in the message's text."""

    type: Literal["location"]
    payload: _LocationPayload

    @property
    def place(self) -> Place | None:
        """The position; None when the numbers are none on earth."""
        coordinates = self.payload.coordinates
        if coordinates is None:
            return None
        try:
            latitude, longitude = float(coordinates.latitude), float(coordinates.longitude)
        except ValueError:
            return None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        return Place(latitude=latitude, longitude=longitude)


class _StickerPayload(FromZalo):
    id: IfReadable[str] = None
    url: IfReadable[str] = None


class StickerAttachment(FromZalo):
    """A sticker: says nothing that we keep."""

    type: Literal["sticker"]
    payload: _StickerPayload


class _TemplatePayload(FromZalo):
    zinstant_id: IfReadable[str] = None
    text: IfReadable[str] = None
    link_url: IfReadable[str] = None
    checksum: IfReadable[str] = None


class TemplateAttachment(FromZalo):
    """Zalo's rendering of a template that the page sent (echoes only)."""

    type: Literal["template"]
    payload: _TemplatePayload


class UnknownAttachment(FromZalo):
    """Of a kind or shape that we do not know; kept with the raw event."""

    type: str = ""


_KNOWN = {
    **dict.fromkeys(("image", "gif", "video", "audio", "file"), MediaAttachment),
    "link": LinkAttachment,
    "location": LocationAttachment,
    "sticker": StickerAttachment,
    "template": TemplateAttachment,
}


def _secure(address: str) -> str:
    """Zalo sometimes writes http where https works; a host with a port is none of Zalo's."""
    plain = re.fullmatch(r"http://([^/:?#]+)([/?#].*)?", address)
    return f"https://{plain[1]}{plain[2] or ''}" if plain else address


def _class_of(value: Any) -> str:
    if isinstance(value, FromZalo):
        return type(value).__name__
    kind = _KNOWN.get(str(value.get("type"))) if isinstance(value, dict) else None
    # A known kind in an unknown shape must not make the whole message unreadable.
    if kind is None or not isinstance(value.get("payload"), dict):
        return UnknownAttachment.__name__
    return kind.__name__


Attachment = Annotated[
    Annotated[MediaAttachment, Tag("MediaAttachment")]
    | Annotated[LinkAttachment, Tag("LinkAttachment")]
    | Annotated[LocationAttachment, Tag("LocationAttachment")]
    | Annotated[StickerAttachment, Tag("StickerAttachment")]
    | Annotated[TemplateAttachment, Tag("TemplateAttachment")]
    | Annotated[UnknownAttachment, Tag("UnknownAttachment")],
    Discriminator(_class_of),
]

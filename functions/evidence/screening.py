"""What is taken in: from which hosts, of which types. Pure."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import filetype

from functions.evidence.model import FailureReason

TYPES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/3gpp": "3gp",
    "video/webm": "webm",
    "audio/amr": "amr",
    "audio/aac": "aac",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
"""The types that are taken, with the ending we give them. Nothing a browser would execute."""

SNIFFED_BYTES = 8192

USUAL_PORT = {"https": 443, "http": 80}
_HOST_NAME = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}")
_LONGEST_HOST_NAME = 253
# RFC 6890, 7526, 3879 and 9637: what the tables of the oldest Python we run on still lack.
_NOT_PUBLIC_EITHER = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"))
)


class Refused(Exception):
    """An attachment cannot be kept, for this reason."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Origin:
    """Where to fetch from: an address that passed the screening."""

    scheme: str
    host: str
    port: int
    path: str
    public_only: bool
    """Whether only public addresses may answer for the host."""


def screen_address(address: str, allowed: Sequence[str]) -> Origin:
    """The place to fetch from, if it is one of those allowed.

    An allowed entry is a host suffix such as `zdn.vn` (then https on port 443 only, `http` being
    raised to `https` as Zalo sometimes gives it) or a whole origin such as `http://127.0.0.1:8090`.

    Raises:
        Refused: any other place (FOREIGN_HOST).
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower().rstrip(".")
        port = parts.port
    except ValueError:
        raise Refused(FailureReason.FOREIGN_HOST) from None
    if parts.username is not None or parts.password is not None or not host:
        raise Refused(FailureReason.FOREIGN_HOST)
    if any(ord(character) <= 32 or character == "\\" for character in address):
        raise Refused(FailureReason.FOREIGN_HOST)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for entry in allowed:
        if "://" in entry:
            own = urlsplit(entry)
            if (parts.scheme, host, port) == (own.scheme, own.hostname, own.port):
                usual = USUAL_PORT[own.scheme]
                return Origin(own.scheme, host, own.port or usual, path, public_only=False)
        elif host.endswith("." + entry) and _is_host_name(host) and parts.scheme in USUAL_PORT:
            if port not in {None, USUAL_PORT[parts.scheme]}:
                continue
            return Origin("https", host, 443, path, public_only=True)
    raise Refused(FailureReason.FOREIGN_HOST)


def _is_host_name(host: str) -> bool:
    # Without it, `[::1%.zdn.vn]` and `evil.com;.zdn.vn` would pass for hosts of zdn.vn.
    return len(host) <= _LONGEST_HOST_NAME and _HOST_NAME.fullmatch(host) is not None


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, looking through every disguise."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in _NOT_PUBLIC_EITHER):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def screen_type(start: bytes) -> str:
    """The media type that the first bytes show; names and headers are not believed.

    Raises:
        Refused: none that is taken (UNSUPPORTED).
    """
    kind = filetype.guess(start)
    media_type = str(kind.mime) if kind is not None else ""
    media_type = {"audio/x-m4a": "audio/mp4", "video/x-m4v": "video/mp4"}.get(
        media_type, media_type
    )
    if media_type not in TYPES:
        raise Refused(FailureReason.UNSUPPORTED)
    return media_type

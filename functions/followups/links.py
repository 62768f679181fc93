"""Which links a message of ours may contain. Pure.

Impostors of the police live on links, so a citizen may rely on it that we send none but these.
Zalo turns a bare host into a link as well, and people read look-alike letters as what they seem.
"""

import re
import unicodedata
from urllib.parse import urlsplit

ALLOWED_HOSTS = frozenset({"dichvucong.gov.vn"})
"""The National Public Service Portal, the only address the project's facts confirm. A unit's own
pages and the portals of the ministry come in when the unit has confirmed them in writing."""

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
# Endings that are words in Vietnamese when a space is forgotten ("xong.co", "lý.do") count only
# before a slash.
_ENDINGS = (
    "vn|com|net|org|info|biz|edu|gov|top|xyz|online|site|store|shop|club|vip|live|link|app|dev|icu|"
    "pro|asia|space|website|work|click|win|bid|cc|io|tv|cn|hk|tk|ml|cf|gq|pw|ws|zip|mobi|cyou|sbs"
)
_LINK = re.compile(
    rf"""
    (?P<spelled>[a-z][a-z0-9+.-]*://\S+|(?:mailto|tel|sms|zalo|javascript|data):\S+)
    |(?P<bare>
        (?:[\w.+-]+@)?
        (?:
            (?:{_LABEL}\.)+(?:{_ENDINGS})\b\.?
            |(?:{_LABEL}\.)*xn--[\w-]+
            |www\.{_LABEL}(?:\.{_LABEL})*
            |\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?=[:/])
            |(?<!\w)(?:[a-z0-9-]+\.)+[a-z]{{2,}}(?=/)
        )
        (?::\d+)?(?:/\S*)?
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_INVISIBLE = {"Cf", "Mn", "Me"}
_AROUND = " .,;:!?)]}>\"'”’…"


def foreign_links(text: str) -> tuple[str, ...]:
    """The links in a text that are none of the allowed ones, in order, as far as recognised.

    Only https and no port, name or password is allowed. E-mail addresses and bare hosts count as
    links, since Zalo makes them so.
    """
    plain = _as_read(text)
    links = (found[0].rstrip(_AROUND) for found in _LINK.finditer(plain))
    return tuple(link for link in links if not _is_allowed(link))


def _is_allowed(link: str) -> bool:
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        return parts.scheme == "https" and parts.netloc.lower() in ALLOWED_HOSTS
    except ValueError:
        return False


def _as_read(text: str) -> str:
    """Full-width letters and dots as the plain ones; nothing that hides between letters."""
    composed = unicodedata.normalize("NFKC", text.replace("。", "."))
    return "".join(sign for sign in composed if unicodedata.category(sign) not in _INVISIBLE)

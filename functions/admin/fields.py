"""What a field of a form may hold: the types that the forms of all packages share."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field

MOST_REASON_CHARACTERS = 500

IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9-]{0,63}"
"""An id of ours, as Firestore takes it."""
SUBJECT = r"[A-Za-z0-9][A-Za-z0-9._|@:+-]{0,127}"
"""An officer's document id, whatever an issuer sends."""


def written(value: object) -> str:
    """Text as a person meant it: composed letters, plain line ends, no control characters."""
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}
    ).strip()


Written = BeforeValidator(written)
Identifier = Annotated[str, Field(pattern=f"^{IDENTIFIER}$")]
Subject = Annotated[str, Field(pattern=f"^{SUBJECT}$")]
Operation = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""Drawn when a form is rendered, so that sending it twice does it once."""
Reason = Annotated[str, Written, Field(min_length=1, max_length=MOST_REASON_CHARACTERS)]

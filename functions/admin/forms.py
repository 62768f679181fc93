"""What an outcome form may hold. Anything else is refused (ASVS 15.3.3)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from functions.errors import Rejected
from functions.reports.model import OutcomeCode

MOST_REASON_CHARACTERS = 500
MOST_NOTE_CHARACTERS = 2000
MOST_DELAY_DAYS = 60

_SENTENCES = {
    "outcome": "Xin chọn một kết quả.",
    "reason": f"Thông tin thêm dài tối đa {MOST_REASON_CHARACTERS} ký tự.",
    "note": f"Ghi chú nội bộ dài tối đa {MOST_NOTE_CHARACTERS} ký tự.",
    "delay_days": f"Số ngày chờ là số từ 0 đến {MOST_DELAY_DAYS}.",
}


def _written(value: object) -> str:
    """Text as a person meant it: composed letters, plain line ends, no control characters."""
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}
    ).strip()


class OutcomeForm(BaseModel):
    """An outcome as an officer sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: OutcomeCode
    reason: Annotated[str, BeforeValidator(_written), Field(max_length=MOST_REASON_CHARACTERS)] = ""
    """Told to the citizen beside the standard sentence."""
    note: Annotated[str, BeforeValidator(_written), Field(max_length=MOST_NOTE_CHARACTERS)] = ""
    """For colleagues only."""
    delay_days: int = Field(ge=0, le=MOST_DELAY_DAYS)
    """After how many days the reporter is told; 0 is at once."""
    version: int = Field(ge=1)
    """The report's version that the officer saw."""
    operation: str = Field(pattern=r"^[0-9a-f]{32}$")
    """Drawn when the form was rendered, so that sending it twice records it once."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, to be shown again with nothing lost."""

    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field that has to be corrected."""


def single_fields(sent: MultiDict[str, str]) -> dict[str, str]:
    """The fields of a form, of which each may come once.

    Raises:
        Rejected: one came twice.
    """
    if any(len(values) > 1 for _, values in sent.lists()):
        raise Rejected("form field repeated")
    return sent.to_dict()


def read_outcome(fields: Mapping[str, str]) -> OutcomeForm | TypedForm:
    """The form, or what was typed with a sentence for each problem.

    Raises:
        Rejected: a field that no person types is wrong, or is none of ours.
    """
    try:
        return OutcomeForm.model_validate(fields)
    except ValidationError as error:
        wrong = [str(problem["loc"][0]) for problem in error.errors(include_url=False)]
    if not set(wrong) <= _SENTENCES.keys():
        raise Rejected("form was not made by us")
    return TypedForm(fields, {name: _SENTENCES[name] for name in wrong})

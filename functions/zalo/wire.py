"""How Zalo's JSON is read into models: tolerantly, so that what we do not need breaks nothing."""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

_T = TypeVar("_T")


class FromZalo(BaseModel):
    """Base of what Zalo sends: unknown members are ignored, numbers are taken as text."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


def _or_none(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


# What we can do without must not make the rest unreadable.
IfReadable = Annotated[_T | None, WrapValidator(_or_none)]
Some = Annotated[IfReadable[str], BeforeValidator(lambda value: value or None)]
"""Text, or None for "", 0 and what is no text."""
Milliseconds = Annotated[int, Field(ge=0, lt=10**14)]
"""Since 1970; Zalo writes them as text."""


def moment(milliseconds: str | int) -> datetime:
    """Epoch milliseconds as an aware UTC datetime."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)

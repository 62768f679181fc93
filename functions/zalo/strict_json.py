"""JSON from outside, read strictly: one object, bounded in depth and number, keys only once.

Standard library only: the webhook's cold start has two seconds. The shape is measured before
anything is parsed, so hostile input costs one linear pass and no recursion.
"""

import json
import math
import re
from typing import Any

DEEPEST = 20
MOST_VALUES = 2_000
"""Keys and values together; a long event of Zalo's has about fifty."""

# A string swallows everything up to its closing quote, or up to the end: never a second attempt.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]', re.DOTALL)
_OPENING, _CLOSING, _SEPARATING = b"{[", b"}]", b",:"
_MAY_BE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class UnacceptableJson(ValueError):
    """These bytes are not JSON that we take; the text says why and quotes nothing of them."""


def read_object(body: bytes, *, most_values: int = MOST_VALUES) -> dict[str, Any]:
    """The JSON object in `body`. Half of a surrogate pair in a string becomes U+FFFD.

    Raises:
        UnacceptableJson: not UTF-8, not one JSON object, a key twice, NaN or Infinity, a number
            beyond 64 bits, nested deeper than `DEEPEST`, or more keys and values than allowed.
    """
    _measure(body, most_values)
    try:
        value: object = _DECODER.decode(body.decode("utf-8"))
    except UnacceptableJson:
        raise
    except (ValueError, RecursionError):
        raise UnacceptableJson("not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise UnacceptableJson("not an object")
    if _MAY_BE_SURROGATE.search(body):
        return {_whole(key): _whole(member) for key, member in value.items()}
    return value


def _measure(body: bytes, most_values: int) -> None:
    depth = values = strings = 0
    for token in _TOKENS.finditer(body):
        first = body[token.start()]
        if first in _OPENING:
            depth += 1
            values += 1
            if depth > DEEPEST:
                raise UnacceptableJson("nested too deep")
        elif first in _CLOSING:
            depth -= 1
        elif first in _SEPARATING:
            values += 1
        else:
            strings += 1
        if values > most_values or strings > most_values:
            raise UnacceptableJson("too many keys and values")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise UnacceptableJson("a key twice")
    return members


def _integer(text: str) -> int:
    if len(text) > 20 or not -(2**63) <= (number := int(text)) < 2**64:
        raise UnacceptableJson("a number too large")
    return number


def _fraction(text: str) -> float:
    if len(text) > 40 or not math.isfinite(number := float(text)):
        raise UnacceptableJson("a number too large")
    return number


def _constant(text: str) -> None:
    raise UnacceptableJson("not a number")


def _whole(value: Any) -> Any:
    """`value` with every half of a surrogate pair replaced."""
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [_whole(inner) for inner in value]
        case dict():
            return {_whole(key): _whole(member) for key, member in value.items()}
        case _:
            return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_constant,
)

"""The escrow: what is sealed opens for one key, one page and one generation only."""

import base64
import logging

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.zalo.escrow import LINE, LoggedEscrow, SealBroken, seal, unseal, unwrap_with

ANSWER = b'{"access_token":"a","refresh_token":"r","expires_in":"90000"}'


def _pem(key: RSAPrivateKey) -> tuple[bytes, bytes]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public


PRIVATE, PUBLIC = _pem(generate_private_key(65537, 2048))
UNWRAP = unwrap_with(PRIVATE)
SEALED = seal(ANSWER, public_key=PUBLIC, page_id="2", generation=7)


def opened(sealed: str = SEALED, page_id: str = "2", generation: int = 7) -> bytes:
    return unseal(sealed, unwrap=UNWRAP, page_id=page_id, generation=generation)


def test_sealed_answer_opens() -> None:
    assert opened() == ANSWER


def test_sealing_twice_looks_different() -> None:
    assert seal(ANSWER, public_key=PUBLIC, page_id="2", generation=7) != SEALED


@pytest.mark.parametrize(("page_id", "generation"), [("3", 7), ("2", 8)])
def test_line_of_another_page_or_generation_does_not_open(page_id: str, generation: int) -> None:
    with pytest.raises(SealBroken):
        opened(page_id=page_id, generation=generation)


def test_another_key_does_not_open_it() -> None:
    other, _ = _pem(generate_private_key(65537, 2048))
    with pytest.raises(SealBroken):
        unseal(SEALED, unwrap=unwrap_with(other), page_id="2", generation=7)


@given(position=st.integers(0, len(SEALED) - 1), letter=st.sampled_from("AZaz09-_.!"))
@settings(deadline=None)
def test_altered_line_does_not_open(position: int, letter: str) -> None:
    altered = SEALED[:position] + letter + SEALED[position + 1 :]
    try:
        assert opened(altered) == ANSWER
        assert _payload(altered) == _payload(SEALED)
    except SealBroken:
        assert altered != SEALED


@pytest.mark.parametrize("line", ["", "1", "1..", "2" + SEALED[1:], SEALED + ".x", "1.đ.đ"])
def test_what_is_no_line_does_not_open(line: str) -> None:
    with pytest.raises(SealBroken):
        opened(line)


def test_escrow_is_one_log_line_that_opens_and_shows_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    LoggedEscrow(PUBLIC).keep("2", 7, ANSWER)
    (record,) = caplog.records
    fields = vars(record)
    assert (record.getMessage(), record.levelno) == (LINE, logging.WARNING)
    assert (fields["page_id"], fields["generation"]) == ("2", 7)
    assert opened(fields["sealed"]) == ANSWER
    assert "access_token" not in str(fields)


def _payload(sealed: str) -> tuple[bytes, ...]:
    """The bytes that the letters stand for: base64 has spare bits in its last letter."""
    return tuple(base64.urlsafe_b64decode(part) for part in sealed.split(".")[1:])

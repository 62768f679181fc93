"""What passes through a task's body is unreadable, and any change to it is found."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.cloud.sealing import seal, unseal
from functions.errors import Rejected

KEY = bytes(range(32))
PLAIN = "Xe tải 51F-123.45 vượt đèn đỏ".encode()


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=2_000))
def test_what_was_sealed_opens_with_its_key(key: bytes, plain: bytes) -> None:
    assert unseal(key, seal(key, plain)) == plain


def test_a_sealed_text_cannot_be_read() -> None:
    sealed = seal(KEY, PLAIN)

    assert not any(PLAIN[at : at + 4] in sealed for at in range(len(PLAIN) - 4))


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal(KEY, PLAIN) != seal(KEY, PLAIN)


def test_the_nonce_is_drawn_and_goes_along() -> None:
    assert seal(KEY, PLAIN, draw=lambda count: b"n" * count).startswith(b"n" * 12)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Rejected):
        unseal(os.urandom(32), seal(KEY, PLAIN))


def test_a_flipped_bit_anywhere_is_found() -> None:
    sealed = seal(KEY, PLAIN)

    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises(Rejected):
                unseal(KEY, bytes(changed))


def test_a_cut_anywhere_is_found() -> None:
    sealed = seal(KEY, PLAIN)

    for length in range(len(sealed)):
        with pytest.raises(Rejected):
            unseal(KEY, sealed[:length])

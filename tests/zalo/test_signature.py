"""Who may speak as Zalo: one known vector, and each way to fail."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.errors import OperatorNeeded
from functions.zalo import signature
from functions.zalo.signature import is_signed_by_zalo
from tests.zalo.signing import sign

SECRET = "oaSecretKeyForTests"
APP = "1111111111111111111"
TIME = "1793260800123"
# From the fact sheet, digest computed there by hand.
BODY = (
    '{"app_id":"1111111111111111111","user_id_by_app":"4444444444444444444",'
    '"event_name":"user_send_text","timestamp":"1793260800123",'
    '"sender":{"id":"3333333333333333333"},"recipient":{"id":"2222222222222222222"},'
    '"message":{"text":"Tôi muốn phản ánh","msg_id":"b8de7d84fa1b3043690c"}}'
).encode()
MAC = "d12102b677ad42db53a3c5b5a24364c70986d78607c72607a1a75fcaf9894230"


def accepted(
    body: bytes = BODY,
    header: str | bytes | None = f"mac={MAC}",
    app_id: str = APP,
    timestamp: str = TIME,
    secrets: tuple[str, ...] = (SECRET,),
) -> bool:
    return is_signed_by_zalo(body, header, app_id=app_id, timestamp=timestamp, secrets=secrets)


def test_known_vector_is_accepted() -> None:
    assert accepted()


def test_test_signer_makes_the_known_vector() -> None:
    assert sign(BODY, APP, TIME, SECRET) == f"mac={MAC}"


@pytest.mark.parametrize(
    "header", [MAC, f"mac = {MAC}", f"  mac={MAC} ", f"mac={MAC}".encode(), f"mac =\t{MAC}"]
)
def test_forms_seen_in_the_field_are_accepted(header: str | bytes) -> None:
    assert accepted(header=header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        b"",
        "mac=",
        f"mac={MAC.upper()}",
        f"MAC={MAC}",
        f"mac={MAC[:-1]}",
        f"mac={MAC}0",
        f"mac={MAC},mac={MAC}",
        f"mac={MAC}\nx",
        f"sha256={MAC}",
        f"mac={'0' * 64}",
        "mac=" + "０" * 64,
        f"mac={MAC}\u00a0",
        "mac=\ud800" + MAC,
        b"\xff" * 64,
    ],
)
def test_other_headers_are_refused(header: str | bytes | None) -> None:
    assert not accepted(header=header)


def test_another_app_is_refused() -> None:
    assert not accepted(app_id="1111111111111111112")


def test_another_time_is_refused() -> None:
    assert not accepted(timestamp="1793260800124")


def test_another_pages_secret_is_refused() -> None:
    assert not accepted(secrets=("oaSecretKeyOfAnotherPage",))


def test_app_secret_in_place_of_the_page_secret_is_refused() -> None:
    header = sign(BODY, APP, TIME, "appSecretKey")
    assert not accepted(header=header)


def test_serialising_again_is_refused() -> None:
    assert not accepted(body=BODY.replace(b",", b", "))


def test_without_secrets_nothing_is_signed() -> None:
    assert not accepted(secrets=())


@pytest.mark.parametrize("secrets", [("old", SECRET), (SECRET, "old")])
def test_both_secrets_count_while_one_is_being_changed(secrets: tuple[str, ...]) -> None:
    assert accepted(secrets=secrets)


@pytest.mark.parametrize("secrets", [("",), (SECRET, "")])
def test_an_empty_secret_is_an_operators_mistake(secrets: tuple[str, ...]) -> None:
    with pytest.raises(OperatorNeeded):
        accepted(secrets=secrets)


@pytest.mark.parametrize("app_id", ["", "１", "1111111111111111111{", "\ud800"])
def test_an_app_id_that_is_no_number_is_refused_even_if_signed(app_id: str) -> None:
    header = "mac=" + "0" * 64 if "\ud800" in app_id else sign(BODY, app_id, TIME, SECRET)
    assert not accepted(header=header, app_id=app_id)


def test_terms_moved_across_the_bodys_edge_are_refused() -> None:
    """The terms have no separators: only digits around braces keep them apart."""
    inner = b'{"app_id":"1","timestamp":"2"}'
    whole = b'{"a":' + inner + b"}"
    header = sign(whole, "1", "2", SECRET)
    assert not accepted(body=inner + b"}", header=header, app_id='1{"a":', timestamp="2")


@settings(deadline=None)
@given(position=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_any_byte_changed_is_refused(position: int, flip: int) -> None:
    changed = bytearray(BODY)
    changed[position] ^= flip
    assert not accepted(body=bytes(changed))


@settings(deadline=None)
@given(position=st.integers(0, 63), digit=st.sampled_from("0123456789abcdef"))
def test_any_digit_of_the_mac_counts(position: int, digit: str) -> None:
    changed = MAC[:position] + digit + MAC[position + 1 :]
    assert accepted(header=f"mac={changed}") == (changed == MAC)


def test_digests_are_compared_in_constant_time() -> None:
    source = Path(signature.__file__).read_text()
    assert "hmac.compare_digest" in source
    assert not re.search(r"digest\(\)\s*[!=]=", source)

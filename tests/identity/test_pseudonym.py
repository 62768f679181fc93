"""The name a citizen has outside the vault: always the same, never traceable without the secret."""

import base64
import hashlib
import hmac
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.identity.pseudonym import citizen_key

SECRET = bytes(range(32))
digits = st.from_regex(r"[0-9]{1,20}", fullmatch=True)


def test_a_citizen_s_name_never_changes() -> None:
    # Written down: another value would cut every citizen off from their reports.
    assert (
        citizen_key(SECRET, "579745863508352884", "8756287263669629130")
        == "czqi75i3cxhys2j45h5f3evnou"
    )


@settings(deadline=None)
@given(digits, digits)
def test_it_is_the_first_half_of_an_hmac_in_base32(page_id: str, user_id: str) -> None:
    mac = hmac.new(SECRET, f"{page_id}|{user_id}".encode(), hashlib.sha256).digest()

    name = citizen_key(SECRET, page_id, user_id)

    assert base64.b32decode(name.upper() + "======") == mac[:16]
    assert re.fullmatch(r"[a-z2-7]{26}", name)


@settings(deadline=None)
@given(st.tuples(digits, digits), st.tuples(digits, digits))
def test_two_people_never_share_a_name(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (citizen_key(SECRET, *one) == citizen_key(SECRET, *other)) == (one == other)


def test_the_same_person_on_another_page_is_another_name() -> None:
    assert citizen_key(SECRET, "1", "2") != citizen_key(SECRET, "2", "2")


def test_another_secret_gives_other_names() -> None:
    assert citizen_key(SECRET, "1", "2") != citizen_key(bytes(32), "1", "2")

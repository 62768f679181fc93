"""Report codes: `7K3F-9Q2D-X`. Eight random characters and one that catches slips of the finger.

The alphabet is Crockford's base32 (no I, L, O, U); 40 random bits, so that with a million codes
given a guess hits one in 1.1 million. The last character is a Luhn sum modulo 32 (ISO/IEC 7812-1's
method over 32 signs): it finds every wrong character, and every swapped pair of neighbours but 0Z
and Z0.
"""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BYTES = 5
_READ_AS = str.maketrans("OILU", "011V")
_SHAPE = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-Za-z]{4})[\s.–-]?([0-9A-Za-z]{4})[\s.–-]?([0-9A-Za-z])(?![0-9A-Za-z])"
)


def _check_character(characters: str) -> str:
    total = 0
    for place, character in enumerate(reversed(characters)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def code_from(random_bytes: bytes) -> str:
    """The code for five random bytes."""
    if len(random_bytes) != _RANDOM_BYTES:
        raise ValueError("a code needs five random bytes")
    number = int.from_bytes(random_bytes, "big")
    characters = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{characters[:4]}-{characters[4:]}-{_check_character(characters)}"


def find_code(text: str) -> str | None:
    """The first valid code in what somebody typed, in proper form; O, I, L, U are forgiven."""
    for match in _SHAPE.finditer(text):
        typed = "".join(match.groups()).upper().translate(_READ_AS)
        if _check_character(typed[:8]) == typed[8]:
            return f"{typed[:4]}-{typed[4:8]}-{typed[8]}"
    return None

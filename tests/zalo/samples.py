"""The event samples in `tests/fixtures/zalo`: one JSON per event and variant.

All are made up from Zalo's documents, except `user_send_location__logged`: a real event that a
production connector logged in June 2025, with ids that were public already.
"""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "fixtures" / "zalo"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))

APP = "1111111111111111111"
PAGE = "2222222222222222222"
CITIZEN = "3333333333333333333"


def sample(name: str) -> bytes:
    """The body of the sample of that name, as bytes."""
    return (FOLDER / f"{name}.json").read_bytes()

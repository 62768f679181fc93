"""The sample media are real pictures and a real clip, or one sentence says how to get them."""

import io
from pathlib import Path

import filetype
import pytest
from PIL import Image

from infra.local.errors import LocalSystemError
from infra.local.sample_media import photograph, traffic_clip


@pytest.mark.parametrize("name", ["motorcycle_left.png", "coffee.png", "rocket.jpg"])
def test_a_photograph_can_be_opened(name: str) -> None:
    with Image.open(io.BytesIO(photograph(name))) as picture:
        assert min(picture.size) > 300


def test_the_clip_is_a_video() -> None:
    assert filetype.guess_mime(traffic_clip()) == "video/mp4"


def test_an_unknown_photograph_is_named() -> None:
    with pytest.raises(LocalSystemError, match=r"no skimage/data/nothing\.png"):
        photograph("nothing.png")


def test_without_the_packages_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LocalSystemError, match="make setup"):
        traffic_clip(tmp_path)

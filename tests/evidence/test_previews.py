"""Previews: small, upright, without a trace of who took them and where."""

import hashlib
import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from functions.evidence.previews import MEDIA_TYPE, preview_of
from infra.local.sample_media import photograph, traffic_clip
from tests.evidence.media import CAMERA, movie, picture


def _preview(content: bytes, media_type: str = "image/jpeg") -> Image.Image:
    made = preview_of(io.BytesIO(content), media_type)
    assert made is not None
    return Image.open(io.BytesIO(made))


def _huge_png(width: int, height: int) -> bytes:
    """A picture whose header promises that many pixels, in a few hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_preview_is_a_small_webp(kind: str) -> None:
    with _preview(picture(kind, size=(1200, 900)), f"image/{kind.lower()}") as preview:
        assert preview.size == (960, 720)
        assert Image.MIME[preview.format or ""] == MEDIA_TYPE


def test_a_small_picture_is_not_blown_up() -> None:
    with _preview(picture(size=(120, 90))) as preview:
        assert preview.size == (120, 90)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_camera_and_place_are_not_in_the_preview(kind: str) -> None:
    original = picture(kind)
    with Image.open(io.BytesIO(original)) as opened:
        assert opened.getexif().get_ifd(0x8825)

    made = preview_of(io.BytesIO(original), "image/jpeg")

    assert made is not None
    assert CAMERA.encode() not in made
    assert not {b"EXIF", b"XMP ", b"ICCP"} & {made[at : at + 4] for at in range(len(made))}
    with Image.open(io.BytesIO(made)) as preview:
        assert dict(preview.getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turned"),
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_270)],
)
def test_a_picture_taken_with_the_telephone_turned_is_shown_upright(
    kind: str, orientation: int, turned: Image.Transpose
) -> None:
    with (
        Image.open(io.BytesIO(picture(kind))) as flat,
        _preview(picture(kind, orientation=orientation)) as preview,
    ):
        expected = flat.convert("RGB").transpose(turned)
        assert preview.size == expected.size
        difference = ImageChops.difference(preview.convert("RGB"), expected)

    mean = sum(difference.convert("L").tobytes()) / (expected.width * expected.height)
    assert mean < 12


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16"])
def test_a_picture_of_any_mode_has_a_preview(mode: str) -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photograph("coffee.png"))) as original:
        (original.convert("I").convert(mode) if mode == "I;16" else original.convert(mode)).save(
            out, "PNG"
        )

    with _preview(out.getvalue(), "image/png") as preview:
        assert max(preview.size) <= 960


def test_a_cmyk_photograph_has_a_preview() -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photograph("rocket.jpg"))) as original:
        original.convert("CMYK").save(out, "JPEG")

    with _preview(out.getvalue()) as preview:
        assert preview.mode == "RGB"


def test_the_original_is_not_touched() -> None:
    original = picture(orientation=6)
    content = io.BytesIO(original)

    preview_of(content, "image/jpeg")

    assert hashlib.sha256(content.getvalue()).digest() == hashlib.sha256(original).digest()


@pytest.mark.parametrize(
    ("width", "height"),
    [(8_000, 5_001), (20_000, 20_000), (65_535, 65_535), (1, 40_000_001), (2**31 - 1, 2**31 - 1)],
)
def test_a_decompression_bomb_has_no_preview(width: int, height: int) -> None:
    assert preview_of(io.BytesIO(_huge_png(width, height)), "image/png") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0",
        picture()[:500],
        picture("PNG")[:500],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"<svg onload='alert(1)'/>",
        movie(b"heic"),
        b"GIF89a" + bytes(10),
    ],
    ids=lambda content: ascii(content[:8]),
)
def test_a_broken_picture_has_no_preview(content: bytes) -> None:
    assert preview_of(io.BytesIO(content), "image/jpeg") is None


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("place", "value"), [(11, 28), (79, 20), (91, 10)])
def test_a_picture_whose_exif_is_no_exif_never_breaks_the_worker(place: int, value: int) -> None:
    # Each makes the codec raise something that is neither OSError nor ValueError.
    content = bytearray(picture(size=(64, 48), orientation=6))
    content[content.index(b"Exif\0\0") + 6 + place] = value

    assert preview_of(io.BytesIO(bytes(content)), "image/jpeg") is None


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_damaged_anywhere_never_breaks_the_worker() -> None:
    damage = random.Random(7)  # noqa: S311, nothing secret
    whole = [picture(kind, size=(64, 48)) for kind in ("JPEG", "PNG", "WEBP")]

    for _ in range(1_500):
        content = bytearray(damage.choice(whole))
        for _ in range(damage.choice([1, 2, 5, 20])):
            content[damage.randrange(min(len(content), 400))] = damage.randrange(256)
        preview_of(io.BytesIO(bytes(content)), "image/jpeg")


def test_what_is_not_a_picture_has_no_preview() -> None:
    assert preview_of(io.BytesIO(traffic_clip()), "video/mp4") is None


def test_only_the_formats_that_are_taken_are_opened() -> None:
    assert preview_of(io.BytesIO(photograph("multipage.tif")), "image/jpeg") is None


_WITHIN_BOUNDS = """
import resource, sys, psutil
from functions.evidence.previews import preview_of

most = psutil.Process().memory_info().vms + 120 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (most, most))
with open(sys.argv[1], "rb") as content:
    sys.exit(0 if preview_of(content, "image/jpeg") else "it did not fit")
"""


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_largest_photograph_is_never_unpacked_whole(tmp_path: Path, mode: str) -> None:
    # In colours, its 39 million pixels take 158 MB.
    large = tmp_path / "large.jpg"
    Image.new(mode, (7_300, 5_400)).save(large)

    ended = subprocess.run(
        [sys.executable, "-c", _WITHIN_BOUNDS, str(large)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert (ended.returncode, ended.stderr) == (0, "")

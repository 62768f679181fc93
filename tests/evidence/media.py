"""Files as people send them, made from real photographs, and files that are something else."""

import io
import struct
import zipfile
from functools import cache

from PIL import ExifTags, Image

from infra.local.sample_media import photograph

PLACE_IN_EXIF = (21.0, 1.0, 42.0)
CAMERA = "Nokia 3310 thermal camera"


@cache
def _motorcycle() -> Image.Image:
    with Image.open(io.BytesIO(photograph())) as original:
        return original.convert("RGB").reduce(2)


@cache
def picture(
    kind: str = "JPEG", *, size: tuple[int, int] = (640, 480), orientation: int | None = None
) -> bytes:
    """A photograph of a motorcycle, with the camera's name and the place in its EXIF."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = CAMERA
    exif[ExifTags.Base.Orientation] = orientation or 1
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = PLACE_IN_EXIF
    out = io.BytesIO()
    _motorcycle().resize(size).save(out, kind, exif=exif)
    return out.getvalue()


def movie(brand: bytes) -> bytes:
    """The beginning of an ISO base media file (MP4, MOV, 3GP, HEIC) of that brand."""
    return struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 512, brand) + bytes(64)


def word_document() -> bytes:
    """The parts of a Word document, in Word's order."""
    return archive("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml")


def archive(*names: str) -> bytes:
    """A ZIP file with such entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name in names:
            opened.writestr(name, b"<x/>")
    return out.getvalue()

"""Small re-encoded pictures for lists. Made from a copy: the original is never touched."""

import io
import logging
import warnings
from typing import IO

from PIL import Image, ImageOps

_log = logging.getLogger(__name__)

_LONGEST_SIDE = 960
_MOST_PIXELS = 40_000_000
_QUALITY = 75
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEDIA_TYPE = "image/webp"


def preview_of(content: IO[bytes], media_type: str) -> bytes | None:
    """A WebP picture of at most 960 pixels a side and without metadata; None where there is none.

    A picture that cannot be read, or would unpack to more than 40 megapixels, has no preview; the
    original is kept all the same.
    """
    if not media_type.startswith("image/"):
        return None
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(content, formats=_FORMATS) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return None
                # A JPEG is unpacked at a fraction of its size: whole, one can take half a gigabyte.
                picture.draft("RGB", (2 * _LONGEST_SIDE, 2 * _LONGEST_SIDE))
                small = picture if picture.mode == "RGB" else picture.convert("RGB")
                small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                out = io.BytesIO()
                ImageOps.exif_transpose(small).save(out, "WEBP", quality=_QUALITY)
                return out.getvalue()
    except Exception as error:
        # Of any kind: broken pictures make the codecs raise RuntimeError, struct.error and others.
        _log.info(
            "no preview for this picture",
            extra={"media_type": media_type, "kind": type(error).__name__},
        )
        return None

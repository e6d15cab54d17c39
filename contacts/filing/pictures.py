"""Pictures made small enough to show: turned upright, as WebP, without any of the original's notes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import IO

from PIL import Image, ImageOps

from contacts.filing.faults import BrokenPicture, TooManyPixels

MOST_MEGAPIXELS = 50
PREVIEW, THUMB = 1600, 360  # longest side in pixels
Image.MAX_IMAGE_PIXELS = MOST_MEGAPIXELS * 1_000_000


@dataclass(frozen=True)
class Looks:
    """A picture in two sizes, both WebP."""

    preview: bytes
    thumb: bytes


def looks_of(file: IO[bytes], decoder: str) -> Looks:
    """Return a picture in the sizes that pages show. decoder: the only format that is tried, e.g. JPEG.

    Raises BrokenPicture, TooManyPixels.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[_ready(decoder)]) as image:
            if image.width * image.height > MOST_MEGAPIXELS * 1_000_000:
                raise TooManyPixels(MOST_MEGAPIXELS)
            return _looks(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(MOST_MEGAPIXELS) from error
    except TooManyPixels:
        raise
    except Exception as error:  # a broken picture makes its decoder fail in any way it likes
        raise BrokenPicture from error


def _looks(image: Image.Image) -> Looks:
    image.draft("RGB", (PREVIEW, PREVIEW))  # a JPEG is unpacked no larger than needed
    image.thumbnail((PREVIEW, PREVIEW))
    upright = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile") if upright.mode in ("RGB", "RGBA") else None
    shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    preview = _webp(shown, profile)
    shown.thumbnail((THUMB, THUMB))
    return Looks(preview, _webp(shown, profile))


def _webp(image: Image.Image, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=2, icc_profile=profile, exif=b"", xmp=b"")
    return out.getvalue()


@cache
def _ready(decoder: str) -> str:
    if decoder == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener()
    return decoder

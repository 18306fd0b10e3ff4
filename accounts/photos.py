"""Photos of people: whatever is uploaded becomes a small square picture, or is refused."""

import io
import struct
import uuid
import warnings
import zlib
from typing import IO, TYPE_CHECKING

import filetype
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from telemed.models import Refusal

if TYPE_CHECKING:
    from accounts.models.account import Account

SIDE = 512
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}

# What Pillow is known to raise for a malformed file.
BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, AttributeError),
    *(struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning),
)


class NotAPhoto(Refusal):
    """The file is not a picture that we show."""

    code = "not_a_photo"
    detail = _("This file is not a photo we can read. Choose a JPEG, PNG, WebP or GIF picture.")
    status = 422


class PhotoTooLarge(Refusal):
    """The file is larger than a photo needs to be."""

    code = "photo_too_large"
    detail = _("This photo is too large. Choose one of at most 5 MB.")
    status = 422


def photo_path(user: "Account", filename: str) -> str:
    """A random name: nothing of what the uploader wrote reaches the disk."""
    return f"photos/{uuid.uuid4().hex}.jpg"


def square(upload: IO[bytes]) -> "ContentFile[bytes]":
    """The picture as a square JPEG of at most 512 px, freshly encoded.

    Only decoded pixels survive: EXIF (where it was taken) and whatever else the file carried
    stay behind. The first bytes decide the one decoder that is tried, so that a mislabelled
    file never reaches another of Pillow's parsers.
    """
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PhotoTooLarge
    upright = _decoded(content)
    side = min(SIDE, *upright.size)
    fitted = ImageOps.fit(upright, (side, side))
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=86, optimize=True)
    return ContentFile(out.getvalue(), name="photo.jpg")


def _decoded(content: bytes) -> Image.Image:
    """The pixels, upright; whatever a broken file does to its decoder, it is not a photo."""
    kind = filetype.guess_mime(content)
    if kind not in FORMATS:
        raise NotAPhoto
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise NotAPhoto
                return ImageOps.exif_transpose(image).convert("RGB")
    except BROKEN as wrong:
        raise NotAPhoto from wrong

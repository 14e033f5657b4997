"""What is in a picture's file: decoded whole, so that a broken one is found before anything is planned around it."""

from __future__ import annotations

import hashlib
import warnings

from PIL import GifImagePlugin, Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from publisher.errors import MediaError
from publisher.pictures.rules import MEGABYTE, Original
from publisher.sentences import Sentence, sentence

MOST_BYTES = 50 * MEGABYTE
MOST_PIXELS = 50_000_000
"""A photo of a good camera has 45 million; a small file that unfolds to more is made to fill the memory."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)  # else Pillow goes on and writes to stderr

_MOVING = (
    GifImagePlugin.GifImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
#: An MPO holds several pictures too, of which the first is the photo.
_READ = (*_MOVING, JpegImagePlugin.JpegImageFile.format, MpoImagePlugin.MpoImageFile.format)


def examine(content: bytes, *, name: str) -> Original:
    """What is in a file. ``name`` is what people call it. Raises `MediaError` for what can't be posted anywhere."""
    image = decode(content, name=name, side=1)
    width, height = seen_size(image)
    return Original(hashlib.sha256(content).hexdigest(), len(content), content_type(content), width, height)


def decode(content: bytes, *, name: str, side: int) -> Image.Image:
    """The picture, decoded to the end.

    A JPEG may come in a smaller size, whose longer side still has ``side`` pixels at least: that is decoded faster.
    Its size as it stands in the file is in ``info["size"]``. Raises `MediaError`.
    """
    if len(content) > MOST_BYTES:
        raise _refused(
            sentence("The picture “{file}” has more than {most} MB.", file=name, most=MOST_BYTES // MEGABYTE),
            subject=name,
        )
    if not content_type(content):
        raise MediaError(
            sentence("“{file}” is no picture that can be posted.", file=name),
            subject=name,
            remedy=sentence("Save it as JPEG, PNG, GIF or WebP."),
        )
    try:
        image = _opened(content)
        _check(image, name=name)
        image.info["size"] = image.size
        image.draft(None, (side, side))
        image.load()
    except MediaError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except Exception as error:
        raise MediaError(
            sentence("The picture “{file}” is damaged or not complete.", file=name),
            subject=name,
            remedy=sentence("Open it in a picture program and save it anew, or copy it again from where it came."),
        ) from error
    return image


def seen_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as the picture is seen: a camera that was held upright notes that, and turns nothing."""
    width, height = image.info.get("size", image.size)
    return (height, width) if orientation(image) >= _LYING else (width, height)


_ORIENTATION = 0x0112  # EXIF 2.3, section 4.6.4
_LYING = 5  # from here on, left and right become top and bottom


def orientation(image: Image.Image) -> int:
    """How a picture has to be turned, 1 to 8; 1, as it lies, also when that can't be read."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  notes of cameras are broken in many ways, and the picture is none the worse
        return 1
    return found if isinstance(found, int) and 1 <= found <= _LYING + 3 else 1


def content_type(content: bytes) -> str:
    """By the first bytes: the name of a file says nothing about what is in it. Empty when it is none of the four."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def is_plain(image: Image.Image, content: bytes) -> bool:
    """Whether the file holds nothing but the picture: no notes of a camera, no place, no name, no colour profile.

    What comes after its end counts too: telephones put films there.
    """
    if image.format == "JPEG" and isinstance(image, JpegImagePlugin.JpegImageFile):
        kept = {"APP0", "APP14"}  # JFIF, and Adobe's note on colours
        return (
            {segment for segment, _ in image.applist} <= kept
            and image.mode in ("L", "RGB")
            and content.endswith(b"\xff\xd9")
        )
    if image.format == "PNG":
        return {*_chunks(content)} <= _PNG_CHUNKS and content.endswith(b"IEND\xaeB`\x82")
    return False


_PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"sBIT"})
_SIGNATURE, _AROUND = 8, 12


def _chunks(content: bytes) -> list[bytes]:
    """The names of the parts of a PNG. PNG specification, section 5.3."""
    names, at = [], _SIGNATURE
    while at + _SIGNATURE <= len(content):
        names.append(content[at + 4 : at + 8])
        at += _AROUND + int.from_bytes(content[at : at + 4], "big")
    return names


def _opened(content: bytes) -> Image.Image:
    from io import BytesIO

    return Image.open(BytesIO(content), formats=_READ)


def _check(image: Image.Image, *, name: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels(name)
    if image.format in _MOVING and getattr(image, "n_frames", 1) > 1:
        raise MediaError(
            sentence("The picture “{file}” moves.", file=name),
            subject=name,
            remedy=sentence(
                "Save one picture of it as PNG or JPEG: platforms differ in what they make of a moving one, "
                "and nobody could stop it (WCAG 2.2.2)."
            ),
        )


def _too_many_pixels(name: str) -> MediaError:
    return _refused(
        sentence("The picture “{file}” has more than {most} million pixels.", file=name, most=MOST_PIXELS // MEGABYTE),
        subject=name,
    )


def _refused(message: Sentence, *, subject: str) -> MediaError:
    return MediaError(
        message, subject=subject, remedy=sentence("Save it smaller; 1600 pixels in width are enough for a post.")
    )

"""Pictures for tests, made in memory."""

from __future__ import annotations

import hashlib
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from publisher.model import Media

PLACE = "52.4064 N"  # what a camera noted, and nobody may learn


def as_file(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401  Pillow's own options
    out = BytesIO()
    image.save(out, format=kind, **options)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no file format can make small, the same each time."""
    bands = [Image.effect_noise((width, height), 90) for _ in mode]
    return Image.merge(mode, bands) if len(bands) > 1 else bands[0]


def flag(width: int = 60, height: int = 40) -> Image.Image:
    """Red above, blue below: what lies on its side is seen."""
    image = Image.new("RGB", (width, height), (200, 0, 0))
    image.paste((0, 0, 200), (0, height // 2, width, height))
    return image


def with_notes(image: Image.Image, *, orientation: int = 1) -> bytes:
    """A JPEG with all that cameras and programs write into one."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825)[1] = PLACE[-1]
    return as_file(image, "JPEG", quality=95, exif=exif, comment=PLACE, xmp=f"<x:xmpmeta>{PLACE}</x:xmpmeta>".encode())


PNG = as_file(Image.new("RGB", (1, 1)), "PNG")
JPEG = as_file(flag(), "JPEG")
GIF = as_file(flag().convert("P"), "GIF")
WEBP = as_file(flag(), "WEBP")
TRAM = Media(
    path=Path("tram.png"),
    alt="A tram",
    sha256=hashlib.sha256(PNG).hexdigest(),
    size=len(PNG),
    content_type="image/png",
    content=PNG,
)


def padded(size: int) -> bytes:
    """A PNG of one pixel in a file of so many bytes and a few."""
    name, content = b"prVt", bytes(size)
    chunk = size.to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")
    return PNG[:-12] + chunk + PNG[-12:]

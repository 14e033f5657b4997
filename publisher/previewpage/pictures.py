"""Pictures for the page: made small, each once, as ``data:`` addresses."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from publisher.model import Media

_WIDEST = 640
_QUALITY = 72
_MOST_PIXELS = 60_000_000
"""Larger ones are not opened: a few bytes can claim to be a picture that fills the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A small picture. ``name`` is that of its variable in the style sheet."""

    name: str
    address: str
    width: int
    height: int


class Album:
    """The small pictures of one page, each made once however often it is shown."""

    def __init__(self) -> None:
        self._known: dict[str, Thumbnail | None] = {}

    @property
    def thumbnails(self) -> list[Thumbnail]:
        """All that were asked for and could be made."""
        return [one for one in self._known.values() if one is not None]

    def thumbnail(self, media: Media) -> Thumbnail | None:
        """The small picture; None for what can't be read."""
        if media.sha256 not in self._known:
            found: Path | io.BytesIO = io.BytesIO(media.content) if media.content else media.path
            self._known[media.sha256] = _made(found, name=f"p{len(self._known)}")
        return self._known[media.sha256]


def _made(file: Path | io.BytesIO, *, name: str) -> Thumbnail | None:
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("RGB", (_WIDEST, _WIDEST))  # JPEG is read at about the size that is wanted
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((_WIDEST, _WIDEST))
            return _encoded(small, name)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None  # what the platforms take and Pillow does not, or a file that is gone meanwhile


def _encoded(picture: Image.Image, name: str) -> Thumbnail:
    """JPEG; on white, as platforms show what is transparent."""
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=_QUALITY, optimize=True)
    address = f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"
    return Thumbnail(name=name, address=address, width=ground.width, height=ground.height)

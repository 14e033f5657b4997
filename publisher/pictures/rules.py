"""What is in a file, what a platform takes, and what is made of the one for the other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

MEGABYTE = 1_000_000
SCREEN_DPI = 96
"""Dots per inch of a CSS pixel (CSS Values and Units, section 6.2)."""


@dataclass(frozen=True, slots=True)
class Original:
    """The facts of a file; width and height as they are seen, in pixels."""

    sha256: str
    size: int
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRules:
    """What a platform takes.

    ``max_alt`` is in code points, 0: no limit is known. ``max_side`` is the longer side in pixels; what is larger is
    made smaller. ``max_png_bytes`` 0: as ``max_bytes``. ``card``: width and height of a card drawn for it. ``dpi``: the
    resolution to note in the file, 0: none.
    """

    platform: str
    content_types: tuple[str, ...]
    max_count: int
    max_bytes: int
    max_side: int
    max_png_bytes: int = 0
    max_alt: int = 0
    card: tuple[int, int] = (1200, 630)
    dpi: int = 0

    def most(self, kind: str) -> int:
        """How many bytes a picture of this type may have."""
        return (self.max_png_bytes or self.max_bytes) if kind == "image/png" else self.max_bytes


@dataclass(frozen=True, slots=True)
class FittedPicture:
    """What goes out; width and height in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Of the bytes that go out."""
        return hashlib.sha256(self.content).hexdigest()

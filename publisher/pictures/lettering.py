"""Words on a picture: how wide they are, and where a line ends. The typeface is Ubuntu, which comes along.

Regulation (EU) 2021/1060, Annex IX, point 1.3, names the typefaces that may stand beside the emblem; of those Ubuntu
alone may be passed on (fonts/LICENCE.txt).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from PIL import ImageFont

_MEASURED_AT = 1000
_LOOKED_AT = 24
_NARROW = {0x2009: "\u00a0", 0x202F: "\u00a0", 0x2007: "\u00a0", 0x2011: "-", 0x00AD: None, 0x200B: None}
_TO_WHAT_PRECEDES = re.compile(r" (?=[:;!?»])|(?<=\d) (?=h\b)")  # French, and hours in French and Catalan
_TO_WHAT_FOLLOWS = re.compile(r"(?<!\S)(\w) ")  # Polish: a line does not end with one letter
_NO_SUCH_LETTER = "\uffff"


class Typeface:
    """One weight of the typeface."""

    def __init__(self, file: str) -> None:
        self._content = (files("publisher.pictures") / "fonts" / file).read_bytes()
        self._advances: dict[str, float] = {}
        self._missing = bytes(self.at(_LOOKED_AT).getmask(_NO_SUCH_LETTER))

    @lru_cache(maxsize=32)  # noqa: B019  there are two of these, for as long as the program runs
    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The typeface in a size of so many pixels. The plain layout engine gives the same on every machine."""
        return ImageFont.truetype(BytesIO(self._content), size, layout_engine=ImageFont.Layout.BASIC)

    def width(self, text: str, size: int) -> float:
        """How wide a line is, in pixels; never less than it takes."""
        return sum(self._advance(letter) for letter in text) * size / _MEASURED_AT

    def lacks(self, letter: str) -> bool:
        """Whether there is no such letter in it."""
        return bytes(self.at(_LOOKED_AT).getmask(letter)) == self._missing

    def _advance(self, letter: str) -> float:
        if letter not in self._advances:
            self._advances[letter] = self.at(_MEASURED_AT).getlength(letter)
        return self._advances[letter]


@cache
def regular() -> Typeface:
    """For what is said."""
    return Typeface("Ubuntu-R.ttf")


@cache
def bold() -> Typeface:
    """For what is called."""
    return Typeface("Ubuntu-B.ttf")


@lru_cache(maxsize=1024)
def drawable(text: str) -> tuple[str, str]:
    """The words without what is no letter and can't be drawn (emoji), and the letters that are missing."""
    plain = unicodedata.normalize("NFC", text).translate(_NARROW)
    absent = {letter for letter in set(plain) if not letter.isspace() and bold().lacks(letter)}
    missing = "".join(sorted(letter for letter in absent if unicodedata.category(letter)[0] in "LN"))
    kept = "".join("" if letter in absent else letter for letter in plain)
    spaced = " ".join(part for part in kept.replace("\n", " ").split(" ") if part)
    return _TO_WHAT_FOLLOWS.sub("\\1\u00a0", _TO_WHAT_PRECEDES.sub("\u00a0", spaced)), missing


def wrapped(text: str, typeface: Typeface, *, size: int, width: int) -> list[str]:
    """The text in lines that are no wider, broken between words; a word too long for a line is broken in itself."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and typeface.width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines += _pieces(word, typeface, size=size, width=width)
    return lines


def _pieces(word: str, typeface: Typeface, *, size: int, width: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and typeface.width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return [piece for piece in pieces if piece]

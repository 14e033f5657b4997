"""The card of an event that has no picture: what, when and where, who speaks, and who pays.

On a phone a card is about 360 points wide, less than a third of its pixels: 40 pixels are 12 points there. Nothing is
smaller but the funding statement, and all of it when there are very many words; nothing is ever smaller than 32.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from publisher.errors import MediaError
from publisher.model import Card
from publisher.pictures.emblem import REFLEX_BLUE, WHITE
from publisher.pictures.fitting import as_png, logo_image
from publisher.pictures.lettering import Typeface, bold, drawable, regular, wrapped
from publisher.sentences import sentence

INK = (31, 35, 40)  # 1F2328, 15.8:1 on white
LINE = (213, 219, 227)

SMALLEST = (1200, 630)
"""The lowest card: what has room on it has room on all."""

LEAST_TEXT = 32
_MARGIN = 64
_SIZES = (*((title, 46, 40) for title in range(84, 43, -4)), (40, 40, 40), (36, 36, 36), (LEAST_TEXT,) * 3)
"""Of the title, of the date, and of the rest, in pixels; the first in which everything has room is taken."""
_STEP = 1.18  # from one line to the next, in sizes
_BAND = 18
_FOOT = 172
_EMBLEM = 104  # high; its width is 156
_FOOT_SIZES = tuple(range(40, LEAST_TEXT - 1, -2))
_SPEAKER = 250  # pixels for the name of who speaks, beside a statement
_GAP = 28


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and where its top left corner is."""

    text: str
    typeface: Typeface
    size: int
    colour: tuple[int, int, int]
    at: tuple[int, int]


def check_card(card: Card) -> None:
    """Whether everything has room. Raises `MediaError`, and takes far less time than drawing."""
    set_lines(card, *SMALLEST)


@lru_cache(maxsize=64)
def draw_card(card: Card, size: tuple[int, int]) -> bytes:
    """The card as a PNG, the same bytes for the same words. Raises `MediaError` when they have no room."""
    image = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width, _BAND - 1), fill=REFLEX_BLUE)
    draw.line((_MARGIN, height - _FOOT, width - _MARGIN, height - _FOOT), fill=LINE, width=2)
    if card.emblem:
        mark = logo_image(card.emblem, box=(_EMBLEM * 3 // 2, _EMBLEM))
        image.paste(mark, (_MARGIN, height - _FOOT + (_FOOT - mark.height) // 2))
    if card.logo:
        mark = logo_image(card.logo, box=(_SPEAKER, _EMBLEM))
        left = width - _MARGIN - mark.width if card.statement else _MARGIN
        image.paste(mark, (left, height - _FOOT + (_FOOT - mark.height) // 2))
    for line in set_lines(card, *size):
        draw.text(line.at, line.text, font=line.typeface.at(line.size), fill=line.colour)
    return as_png(image)


def set_lines(card: Card, width: int, height: int) -> list[Line]:
    """All lines of a card of this size. Raises `MediaError` when they have no room."""
    _check_letters(card)
    for sizes in _SIZES:
        lines = list(_body(card, sizes, width=width - 2 * _MARGIN))
        if lines[-1].at[1] + lines[-1].size * _STEP <= height - _FOOT - _GAP:
            return [*lines, *_foot(card, width=width, top=height - _FOOT)]
    raise _too_long(card)


def _body(card: Card, sizes: tuple[int, int, int], *, width: int) -> Iterator[Line]:
    """What, when and where, from the top down."""
    of_title, of_date, of_rest = sizes
    top = _BAND + _GAP
    paragraphs = (
        (card.label, bold(), of_rest, REFLEX_BLUE, 0.3),
        (card.title, bold(), of_title, INK, 0.45),
        (card.when, bold(), of_date, REFLEX_BLUE, 0.2),
        (card.place, regular(), of_rest, INK, 0.0),
    )
    for text, typeface, size, colour, space in paragraphs:
        for line in wrapped(drawable(text)[0], typeface, size=size, width=width):
            yield Line(line, typeface, size, colour, (_MARGIN, top))
            top += int(size * _STEP)
        top += int(size * space)


def _foot(card: Card, *, width: int, top: int) -> Iterator[Line]:
    """Beside the emblem what it stands for, on the right who speaks."""
    speaker = _SPEAKER if card.statement else width - 2 * _MARGIN
    left = _MARGIN + (_EMBLEM * 3 // 2 + _GAP if card.emblem else 0)
    if card.statement:
        room = width - _MARGIN - left - (speaker + _GAP if card.speaker else 0)
        yield from _block(card, drawable(card.statement)[0], box=(left, top, room))
    named = "" if card.logo else drawable(card.speaker)[0]
    lines, size = _fitting(card, named, bold(), width=speaker)
    y = top + (_FOOT - int(len(lines) * size * _STEP)) // 2
    for line in lines:
        x = width - _MARGIN - int(bold().width(line, size)) if card.statement else _MARGIN
        yield Line(line, bold(), size, REFLEX_BLUE, (x, y))
        y += int(size * _STEP)


def _block(card: Card, text: str, *, box: tuple[int, int, int]) -> Iterator[Line]:
    left, top, room = box
    lines, size = _fitting(card, text, regular(), width=room)
    y = top + (_FOOT - int(len(lines) * size * _STEP)) // 2
    for line in lines:
        yield Line(line, regular(), size, INK, (left, y))
        y += int(size * _STEP)


def _fitting(card: Card, text: str, typeface: Typeface, *, width: int) -> tuple[list[str], int]:
    """Lines of the foot in the largest size that has room."""
    for size in _FOOT_SIZES:
        lines = wrapped(text, typeface, size=size, width=width) if text else []
        if len(lines) * size * _STEP <= _FOOT - 8:
            return lines, size
    raise _too_long(card)


def _check_letters(card: Card) -> None:
    for text in (card.label, card.title, card.when, card.place, card.statement, card.speaker):
        if missing := drawable(text)[1]:
            raise MediaError(
                sentence("The card of “{title}” can't show “{letters}”.", title=card.title, letters=missing),
                subject=card.title,
                remedy=sentence("Give the event an image, or switch the card off:  card: no"),
            )


def _too_long(card: Card) -> MediaError:
    return MediaError(
        sentence("The words for the card of “{title}” have no room on it.", title=card.title),
        subject=card.title,
        remedy=sentence("Shorten the title or the place, give the event an image, or switch the card off:  card: no"),
    )

"""The emblem of the European Union, drawn after its geometrical description.

Regulation (EU) 2021/1060, Annex IX, and the graphics guide in Annex A1 of the Interinstitutional Style Guide: a blue
field half as wide again as it is high; twelve stars, placed like the hours on a clock face, on a circle whose radius
is a third of the height; each star stands upright, its five points on a circle of an eighteenth of the height.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageOps

from publisher.pictures.fitting import as_png
from publisher.pictures.rules import SCREEN_DPI

REFLEX_BLUE = (0, 51, 153)  # 003399
YELLOW = (255, 204, 0)  # FFCC00
WHITE = (255, 255, 255)

_STARS = 12
_FINER = 8  # drawn that many times larger, then made smaller: smooth edges
_NOTCH = sin(pi / 10) / sin(3 * pi / 10)
"""Radius of the notches of a star by that of its points, where its edges are straight from point to point."""


@lru_cache(maxsize=8)
def emblem(height: int) -> Image.Image:
    """The emblem, ``height`` pixels high (an even number) and half as wide again. Don't draw on it: it is shared."""
    large = height * _FINER
    image = Image.new("RGB", (large * 3 // 2, large), REFLEX_BLUE)
    draw = ImageDraw.Draw(image)
    for hour in range(_STARS):
        angle = 2 * pi * hour / _STARS
        centre = (large * 3 / 4 + large / 3 * sin(angle), large / 2 - large / 3 * cos(angle))
        draw.polygon(star(centre, large / 18), fill=YELLOW)
    return image.resize((height * 3 // 2, height), Image.Resampling.BOX)


@lru_cache(maxsize=8)
def emblem_plate(height: int) -> bytes:
    """The emblem on a white plate of its own, as a PNG file: it looks the same on any ground, also on a dark one."""
    return plate(emblem(height), margin=height // 10)


def plate(image: Image.Image, *, margin: int) -> bytes:
    """A picture with so many white pixels around it, as a PNG file to be shown at half its size."""
    return as_png(ImageOps.expand(image, border=margin, fill=WHITE), dpi=2 * SCREEN_DPI)


def star(centre: tuple[float, float], radius: float) -> list[tuple[float, float]]:
    """The ten corners of a star with one point up; y grows downwards."""
    corners = []
    for number in range(10):
        reach = radius if number % 2 == 0 else radius * _NOTCH
        angle = pi * number / 5
        corners.append((centre[0] + reach * sin(angle), centre[1] - reach * cos(angle)))
    return corners

"""The emblem of the European Union, drawn by its own construction: ``python -m publisher.emblem FOLDER``.

Twelve five-pointed stars stand on an invisible circle, whose centre is where the diagonals of the field meet, and whose
radius is a third of its height; each star is drawn in a circle with a radius of an eighteenth of the height, one point
upwards, placed as the hours on a clock. The field is one and a half times as wide as it is high. Reflex Blue is
#003399, yellow is #FFCC00. Interinstitutional Style Guide, annex A1, https://style-guide.europa.eu
"""

from __future__ import annotations

import struct
import sys
import zlib
from math import cos, pi, sin
from pathlib import Path
from typing import TypeAlias

BLUE, YELLOW = (0x00, 0x33, 0x99), (0xFF, 0xCC, 0x00)
HEIGHT, WIDTH = 120, 180  #: pixels; shown a third as large, so that dense screens have enough of them

_STARS = 12
_FINE = 8  #: lines and columns of samples within each pixel

_Point: TypeAlias = tuple[float, float]


def stars(height: float) -> list[list[_Point]]:
    """The ten corners of each of the twelve stars, for a field of this height; y counts downwards."""
    centre, ring, outer = (height * 0.75, height * 0.5), height / 3, height / 18
    inner = outer * sin(pi / 10) / sin(3 * pi / 10)
    middles = [(centre[0] + ring * sin(hour * pi / 6), centre[1] - ring * cos(hour * pi / 6)) for hour in range(_STARS)]
    return [
        [
            (x + radius * sin(corner * pi / 5), y - radius * cos(corner * pi / 5))
            for corner in range(10)
            for radius in [inner if corner % 2 else outer]
        ]
        for x, y in middles
    ]


def svg() -> str:
    """As a drawing."""
    shapes = "\n".join(
        f'<polygon points="{" ".join(f"{x:.3f},{y:.3f}" for x, y in corners)}"/>' for corners in stars(HEIGHT)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_hex(BLUE)}"/>\n'
        f'<g fill="{_hex(YELLOW)}">\n{shapes}\n</g>\n</svg>\n'
    )


def png() -> bytes:
    """As a picture: edges are mixed of both colours."""
    lines = bytearray()
    for row in _coverage():
        lines.append(0)  # no filter, PNG section 9.2
        for share in row:
            lines.extend(round(b + (y - b) * share) for b, y in zip(BLUE, YELLOW, strict=True))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _coverage() -> list[list[float]]:
    """Which share of each pixel lies within a star, from 0 to 1."""
    share = [[0.0] * WIDTH for _ in range(HEIGHT)]
    for corners in stars(HEIGHT):
        for line in range(int(min(y for _, y in corners)) * _FINE, (int(max(y for _, y in corners)) + 1) * _FINE):
            crossings = sorted(_crossings(corners, (line + 0.5) / _FINE))
            for begin, end in zip(crossings[::2], crossings[1::2], strict=True):
                for sample in range(round(begin * _FINE), round(end * _FINE)):
                    share[line // _FINE][sample // _FINE] += 1 / _FINE**2
    return share


def _crossings(corners: list[_Point], y: float) -> list[float]:
    """Where the outline meets a horizontal line."""
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return [x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in pairs if (y1 <= y) != (y2 <= y)]


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "eu-emblem.png").write_bytes(png())
    (folder / "eu-emblem.svg").write_text(svg(), encoding="utf-8")

"""Contrast of two colours, as WCAG 2.1 reckons it."""

from __future__ import annotations

import re

_NAMED = {"white": "ffffff", "black": "000000", "red": "ff0000", "navy": "000080", "blue": "0000ff", "gray": "808080"}
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[,\s]+(\d{1,3})[,\s]+(\d{1,3})")
_LINEAR_UNTIL = 0.04045


def hexadecimal(colour: str) -> str:
    """``#rrggbb`` for a colour as CSS writes it; empty when it is none that is known here."""
    written = colour.strip().lower()
    if found := _RGB.match(written):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    digits = _NAMED.get(written, written.removeprefix("#"))
    if re.fullmatch(r"[0-9a-f]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if re.fullmatch(r"[0-9a-f]{6}", digits) else ""


def contrast(one: str, other: str) -> float:
    """From 1 to 21, for two colours as ``#rrggbb``. WCAG 2.1, definition of contrast ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= _LINEAR_UNTIL else float(((share + 0.055) / 1.055) ** 2.4)

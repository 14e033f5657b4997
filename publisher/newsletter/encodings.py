"""What a text that is not in UTF-8 is written in: named, so that people know what to change, and not used in silence.

Bytes don't say it. The letters of the languages that our readers speak do: in the wrong encoding words get signs and
letters that stand in none of them.
"""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import TypeAlias

_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_WESTERN = frozenset("äöüßåáéíóúñàçèïòâêëîôœùûÿæÄÖÜÅÁÉÍÓÚÑÀÇÈÏÒÂÊËÎÔŒÙÛŸÆ·")
_CENTRAL = frozenset("áčďéěíňřšťúůýžäôľĺŕöőüűßâăîșşţđÁČĎÉĚÍŇŘŠŤÚŮÝŽÄÔĽĹŔÖŐÜŰÂĂÎȘŞŢĐ")
_ANYWHERE = frozenset("\u00a0–—‘’‚“”„«»…€°§©®№")  # noqa: RUF001  dashes and quotes as they are
_SECOND_BEST = 0.5
_MOSTLY = 0.8
_ENOUGH = 100_000  # bytes
_C1 = frozenset(range(0x80, 0xA0))  # control characters in ISO-8859; ISO/IEC 4873

_Candidate: TypeAlias = tuple[str, str, frozenset[str], frozenset[str]]
"""A codec, its name for people, letters of ours, and others of the region."""

_NORTHERN = frozenset("øãõðþØÃÕÐÞ")

_USUAL = (
    ("cp1252", "Windows-1252", _WESTERN, _NORTHERN),
    ("cp1250", "Windows-1250", _POLISH, _CENTRAL),
    ("iso8859-2", "ISO-8859-2", _POLISH, _CENTRAL),
)
_RARE = (
    ("mac-roman", "Mac Roman", _WESTERN, _NORTHERN),
    ("cp852", "CP852 (DOS)", _POLISH, frozenset[str]()),
)
_MARKS = (
    ("UTF-32", (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),  # the first begins like UTF-16
    ("UTF-16", (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)


def other_unicode(raw: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or by the zeros between the letters; None when it is neither."""
    for name, marks in _MARKS:
        if raw.startswith(marks):
            return name
    begin = raw[:400]
    zeros = begin[0::2].count(0), begin[1::2].count(0)
    return "UTF-16" if max(zeros) > len(begin) // 4 and min(zeros) <= len(begin) // 20 else None


def likely_encoding(raw: bytes) -> str:
    """By its letters, for people; several when they can't be told apart, empty when it is probably no text."""
    begin = raw[:_ENOUGH]
    names = _best(begin, _USUAL) or _best(begin, _RARE)[:1]
    if names == ["Windows-1252"] and _C1.isdisjoint(begin):
        return "Windows-1252 or ISO-8859-1"
    return " or ".join(names)


def _best(raw: bytes, candidates: tuple[_Candidate, ...]) -> list[str]:
    """The encodings in which the most letters are ours; of those that give one text, the first."""
    found: dict[str, tuple[str, float]] = {}
    for codec, name, letters, others in candidates:
        with suppress(UnicodeDecodeError):
            text = raw.decode(codec)
            if (points := _points(text, letters, others)) > 0:
                found.setdefault(text, (name, points))
    best = max((points for _, points in found.values()), default=0)
    return [name for name, points in found.values() if points == best]


def _points(text: str, letters: frozenset[str], others: frozenset[str]) -> float:
    """What share of the signs beyond ASCII are letters of ours, others of the region by half; 0 if many are neither."""
    beyond = [character for character in text if not character.isascii() and character not in _ANYWHERE]
    if not beyond:
        return 1.0
    known = [one for one in beyond if one in letters or one in others]
    if len(known) < _MOSTLY * len(beyond):
        return 0.0
    return sum(1 if one in letters else _SECOND_BEST for one in known) / len(beyond)

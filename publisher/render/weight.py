"""How long a text is on X: a web address counts 23, most letters 1, emoji and CJK 2.

Source: twitter-text, configuration v3 (``config/v3.json``), counted on the NFC form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.render.texts import last_words
from publisher.twittertext import library

X_LIMIT = 280
"""What X takes in one post, in weighted length."""

_SCALE = 100
_URL_WEIGHT = 23 * _SCALE
_WIDE = 200
_NARROW = 100
_NARROW_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

# White space leads the run that it stands before: what an address may follow is part of its pattern.
_RUN = re.compile(r"[ \t\n]*[^ \t\n]+|[ \t\n]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDING = re.compile(r"\r\n?")

# The address pattern of twitter-text takes time in the square of the number of dots: 8,000 characters of "a.b-" take a
# minute. No address has that many dots, so such a run is counted letter by letter.
_MOST_DOTS = 128

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")

# What is known without the library, which takes a tenth of a second to load:
# - A text has emoji that count other than their characters only if it has one of these: joiners, selectors, the frame
#   of keycaps, skin tones, flags, tags, and the two signs that count 1 as a character and 2 as an emoji.
_MAY_JOIN = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff\U000e0020-\U000e007f©®]")
# - An address has a dot before its last label, and that begins with a letter.
_MAY_LINK = re.compile(r"[^ \t\n]*\.(?=[^\W\d_])[^ \t\n]*")
# - This is an address as a whole. Its labels have 63 characters at most (RFC 1035, section 2.3.4), and it is far from
#   the 4,096 that twitter-text takes for an address.
_LINK = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,9}(?:com|eu|fi|net|org|pl)(?:/[A-Za-z0-9_/-]{0,999})?"
)
_WIDE_SIGN = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


class _Span(NamedTuple):
    """A web address, an emoji or one character, and its weight in hundredths."""

    start: int
    weight: int


def as_counted(text: str) -> str:
    """The form of a text that is counted: NFC, line ends as one character each, no lone surrogates."""
    whole = _LONE_SURROGATE.sub("\ufffd", text)
    return unicodedata.normalize("NFC", _LINE_ENDING.sub("\n", whole))


def weighted_length(text: str) -> int:
    """X's weighted length of a text (twitter-text v3). An empty text is 0; `X_LIMIT` is what X takes."""
    counted = as_counted(text)
    known = _known_weight(counted)
    return sum(span.weight for span in _spans(counted)) // _SCALE if known is None else known


def count_links(text: str) -> int:
    """How many web addresses X sees in a text."""
    return sum(span.weight == _URL_WEIGHT for span in _spans(as_counted(text)))


def before_the_cut(text: str) -> str:
    """The last words that fit on X, with a mark where it is full."""
    return last_words(as_counted(text)[: cut_position(text)])


def _known_weight(counted: str) -> int | None:
    """The weight of a text for which the library is not needed, else None."""
    if _MAY_JOIN.search(counted):
        return None
    weight = len(counted) + len(_WIDE_SIGN.findall(counted))
    for run in _MAY_LINK.findall(counted):
        if not _LINK.fullmatch(run):
            return None
        weight += _URL_WEIGHT // _SCALE - len(run)
    return weight


def cut_position(text: str, limit: int = X_LIMIT) -> int:
    """Index of the first code point that is over the limit; the length of the text if it fits.

    Counted in the form of `as_counted`, which is what drafts hold. Never inside a web address, an emoji
    sequence or between a letter and its combining mark: the cut is before the whole of it.
    """
    counted = as_counted(text)
    used = 0
    for span in _spans(counted):
        used += span.weight
        if used > limit * _SCALE:
            return _before_sequence(counted, span.start)
    return len(counted)


def _before_sequence(text: str, cut: int) -> int:
    """Move a cut back to where the visible character begins that it would break."""
    while cut > 0 and (_continues(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut


def _continues(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) != 0


def _spans(text: str) -> Iterator[_Span]:
    """The text in the units that X counts, run by run: neither addresses nor emoji hold white space."""
    for run in _RUN.finditer(text):
        entities = _entities(run.group())
        position = 0
        while position < len(run.group()):
            length, weight = entities.get(position) or (1, _character_weight(run.group()[position]))
            yield _Span(run.start() + position, weight)
            position += length


def _entities(run: str) -> dict[int, tuple[int, int]]:
    """Emoji and web addresses by where they begin, each with its length in code points and its weight."""
    found: dict[int, tuple[int, int]] = {}
    if not run.isascii():
        for emoji in library("twitter_text.extract_emojis").extract_emojis_with_indices(run):
            found[emoji["indices"][0]] = (len(emoji["emoji"]), _WIDE)
    if 0 < run.count(".") <= _MOST_DOTS:
        for url in library("twitter_text.extract_urls").extract_urls_with_indices(run):
            found[url["indices"][0]] = (len(url["url"]), _URL_WEIGHT)
    return found


@cache
def _character_weight(character: str) -> int:
    point = ord(character)
    return _NARROW if any(first <= point <= last for first, last in _NARROW_RANGES) else _WIDE

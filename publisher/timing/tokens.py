"""The words of a phrase, one by one, each with the place where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from publisher.timing.words import ORDINALS, SYNONYMS

_TOKEN = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:T(?=\d))?|(?P<time>\d{1,2}[:.]\d{2})(?![\d.])|(?P<nth>\d+)(?:st|nd|rd|th)\b"
    r"|(?P<number>\d+)|(?P<word>[^\W\d_]+)|(?P<other>\S)"
)
_FILLERS = {"the", "on", "w", "we", ","}
_ORDINAL_WORDS = {number: word for word, number in ORDINALS.items()}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, date or time. ``offset`` and ``length`` count characters of the phrase as it was written."""

    kind: str
    text: str
    offset: int
    length: int


def tokens(text: str) -> list[Token]:
    """The tokens of a phrase in small letters and in English, without the small words that mean nothing."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        word = match.group(kind).casefold()
        word = SYNONYMS.get(word, word) if kind == "word" else word
        if word not in _FILLERS:
            found.append(Token(kind, word, match.start(), len(match.group())))
    return [
        _ordinal(token, following) if token.kind == "nth" else token
        for token, following in zip(found, [*found[1:], None], strict=True)
    ]


def _ordinal(token: Token, following: Token | None) -> Token:
    """``2nd Monday`` has a position, ``2nd of the month`` a number."""
    word = _ORDINAL_WORDS.get(int(token.text[:6]))
    if word is None or following is None or following.text in ("of", "month"):
        return replace(token, kind="number")
    return replace(token, kind="word", text=word)

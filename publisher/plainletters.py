"""Words as names of files, lists and cities have them: small letters of ASCII."""

from __future__ import annotations

import unicodedata

_LATIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
"""Letters that Unicode takes for letters of their own, and not for one with an accent."""


def in_ascii(words: str) -> str:
    """``Białystok`` → ``bialystok``. What is no Latin letter and not in ASCII is left out."""
    return unicodedata.normalize("NFKD", words.lower().translate(_LATIN)).encode("ascii", "ignore").decode()

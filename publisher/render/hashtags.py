"""Hashtags that screen readers can read: capitals at each word, no punctuation (X ends a tag at a hyphen)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")


def hashtag(name: str) -> str:
    """A tag from a name: "Dzień Europy" → #DzieńEuropy. Empty when no letter is left."""
    words = _WORD.findall(unicodedata.normalize("NFC", name))
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return f"#{joined}" if joined else ""


@lru_cache(maxsize=512)
def hashtags(tags: tuple[str, ...]) -> str:
    """Tags as written in the file, each once however it is cased: ``#Next2Met #InterregEurope``."""
    found: dict[str, str] = {}
    for tag in tags:
        if written := _as_written(tag):
            found.setdefault(written.casefold(), written)
    return " ".join(found.values())


def _as_written(tag: str) -> str:
    """A tag keeps its capitals unless it has to be put together from several words."""
    bare = unicodedata.normalize("NFC", tag.strip().lstrip("#").strip())
    return f"#{bare}" if _WORD.fullmatch(bare) else hashtag(bare)

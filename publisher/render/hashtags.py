"""Hashtags that screen readers can read: capitals at each word, no punctuation (X ends a tag at a hyphen)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")

#: Signs within a word, after which no new one begins: "col·laboració", soft hyphens.
_WITHIN = re.compile("[\u00b7\u00ad\u200b-\u200d\u2060]")


def hashtag(name: str) -> str:
    """A tag from a name: "Dzień Europy" → #DzieńEuropy. Empty when no letter is left: #2027 is no tag on X."""
    words = _WORD.findall(_plain(name))
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return f"#{joined}" if _has_a_letter(joined) else ""


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
    return f"#{bare}" if _WORD.fullmatch(bare) and _plain(bare) == bare and _has_a_letter(bare) else hashtag(bare)


def _plain(name: str) -> str:
    """NFC, without signs that no tag can hold though Python counts them as letters: "m²", "½"."""
    kept = _WITHIN.sub("", unicodedata.normalize("NFC", name))
    return "".join(" " if unicodedata.category(sign) in ("No", "Nl", "Sk") else sign for sign in kept)


def _has_a_letter(words: str) -> bool:
    return any(sign.isalpha() for sign in words)

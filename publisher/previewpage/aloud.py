"""A post as a screen reader says it, set to English: emoji by name, hashtags by word, links, then the pictures.

Names of emoji are those of Unicode (`unicodedata`); screen readers say them in the language of the reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.model import Draft

_TOKEN = re.compile(
    r"(?P<link>https?://\S+)|(?P<hashtag>#\w+)|(?P<mention>@[\w.]+)"
    "|(?P<emoji>[\u203c-\u3299\U0001f000-\U0001faff][\u200d\ufe0e\ufe0f\U0001f000-\U0001faff\u2600-\u27bf]*)"
)
#: Small before capital, before a number, and the last of several capitals before a small one.
_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_UNSAID = "\u200d\ufe0e\ufe0f"


def aloud(draft: Draft, text: str) -> list[str]:
    """What is said, line by line. ``text`` are the words as they go out."""
    lines = [_TOKEN.sub(_said, line) for line in text.split("\n") if line.strip()]
    return [*lines, *(f"Image: {media.alt}" for media in draft.media)]


def words_of_hashtag(name: str) -> str:
    """``Open Data 2027`` for ``OpenData2027``; without capitals it stays one word, and is said so."""
    return " ".join(_pieces(name.replace("_", " ")))


def _pieces(name: str) -> Iterator[str]:
    """Words begin at a capital that follows a small letter, or that a small letter follows."""
    begin = 0
    for at in range(1, len(name)):
        before, here, after = name[at - 1], name[at], name[at + 1 : at + 2]
        if (here.isupper() and (not before.isupper() or after.islower())) or _BETWEEN_WORDS.match(name, at):
            yield name[begin:at].strip()
            begin = at
    yield name[begin:].strip()


def _said(found: re.Match[str]) -> str:
    if found["link"]:
        return f"(link: {found['link'].partition('://')[2].rstrip('/')})"
    if found["hashtag"]:
        return f"(hashtag: {words_of_hashtag(found['hashtag'][1:])})"
    if found["mention"]:
        return f"(at {found['mention'][1:]})"
    return _emoji(found["emoji"])


def _emoji(signs: str) -> str:
    """Signs that are no symbols are punctuation, and stay as they are."""
    said = []
    for sign in signs:
        if sign in _UNSAID:
            continue
        is_symbol = unicodedata.category(sign) in ("So", "Sk")
        said.append(f"({unicodedata.name(sign, 'emoji').lower()})" if is_symbol else sign)
    return " ".join(said)

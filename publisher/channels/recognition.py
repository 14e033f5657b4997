"""Knowing our own post again among those that an account shows. Pure.

Platforms hand words back changed: links wrapped, letters composed otherwise, spaces trimmed, ``&`` escaped. Whoever
reads an account undoes what is particular to the platform; what is left is compared here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from publisher.errors import TemporaryError

_LINK = re.compile(r"https?://[^\s<>\"]+")
_SCHEME = re.compile(r"\bhttps?://")
_AFTER_A_LINK = ".,;:!?…)]}»”'"
_ALIKE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """What a post says, and where it leads. ``links`` are those beside the text."""

    text: str
    links: Collection[str] = field(default=())

    @property
    def plain(self) -> str:
        """The text in one form: letters composed (NFC), one space between words, links without their scheme."""
        return " ".join(_SCHEME.sub("", unicodedata.normalize("NFC", self.text)).split())

    @property
    def targets(self) -> frozenset[str]:
        """Where it leads: the marker of a post, which no platform changes."""
        found = [link.rstrip(_AFTER_A_LINK) for link in _LINK.findall(self.text)]
        return frozenset(_SCHEME.sub("", link).rstrip("/") for link in (*found, *self.links) if link)

    @property
    def bare(self) -> list[str]:
        """The words without the links."""
        return _LINK.sub(" ", unicodedata.normalize("NFC", self.text)).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A post as an account shows it."""

    id: str
    words: PostWords
    url: str = ""
    answers: str = ""  #: the id of the post that it is an answer to


def is_same(ours: PostWords, theirs: PostWords) -> bool:
    """Whether a post that an account shows is ours: the same link and words much alike, or the same words.

    A link alone would not do: one event is told of in several languages, on one account, in the same minute.
    """
    if ours.targets & theirs.targets and _alike(ours.bare, theirs.bare):
        return True
    return bool(ours.plain) and ours.plain == theirs.plain


def recognised(ours: PostWords, shown: Iterable[Shown], *, besides: AbstractSet[str]) -> Shown | None:
    """The first of these posts that is ours; ``besides`` are ids that belong to others.

    Raises `TemporaryError` when there is nothing to know ours by: then "not found" would mean nothing.
    """
    if not ours.plain and not ours.targets:
        raise TemporaryError("a post without words can't be told from others", remedy="look at the account")
    return next((post for post in shown if post.id not in besides and is_same(ours, post.words)), None)


def _alike(some: list[str], others: list[str]) -> bool:
    return SequenceMatcher(None, some, others, autojunk=False).ratio() >= _ALIKE

"""The personal parts of a mail: what they are called, how they are marked in words, and how their values are written.

A mail is made once for all readers of a language, with marks where something of the reader's own stands; the values are
put in later, reader by reader (`publisher.channels.formletter`). A mark is made of noncharacters of Unicode, which no
text for people holds, around a name in letters of mixed case, so that a filter that changes the words breaks the mark
and is noticed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

NAME = "name"
UNSUBSCRIBE, PREFERENCES = "token:unsubscribe", "token:preferences"
_COLUMN = "column:"

SAMPLE_TOKEN = "this-is-a-sample-and-unsubscribes-nobody"  # noqa: S105  as long as a real one, and opens nothing

OPEN, CLOSE = "\ufddc", "\ufddd"
_BEGINS = "hXz"
_MARK = re.compile(f"{OPEN}{_BEGINS}([0-9a-f]+){CLOSE}")
_SIGN = re.compile(f"[{OPEN}{CLOSE}]")

_NONCHARACTERS = dict.fromkeys((*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF), None)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def column(header: str) -> str:
    """The name of the part that a column of the list gives; its header in any case, with ``_`` for spaces."""
    return _COLUMN + "_".join(header.split()).casefold()


def mark(part: str) -> str:
    """What stands in the words for the value of this part."""
    return f"{OPEN}{_BEGINS}{part.encode().hex()}{CLOSE}"


def divided(marked: str) -> list[str]:
    """Words and names of parts in turn; words first and last."""
    pieces = _MARK.split(marked)
    pieces[1::2] = [bytes.fromhex(name).decode() for name in pieces[1::2]]
    return pieces


def filled(marked: str, value: Callable[[str], str]) -> str:
    """The words with a value for each mark."""
    return _MARK.sub(lambda found: value(bytes.fromhex(found[1]).decode()), marked)


def is_marked(words: str) -> bool:
    """Whether anything personal, or what is left of it, stands in these words."""
    return OPEN in words or CLOSE in words


def is_whole(marked: str) -> bool:
    """Whether nothing has happened to any mark."""
    return not is_marked(_MARK.sub("", marked))


@lru_cache(maxsize=256)  # the same few of a reader's are wanted again and again while their mail is filled in
def plain(words: str) -> str:
    """A value as it may stand anywhere: one line, composed (NFC), without what marks are made of."""
    if words.isprintable() and unicodedata.is_normalized("NFC", words):
        return " ".join(words.split())
    composed = _LONE_SURROGATE.sub("\ufffd", unicodedata.normalize("NFC", words.translate(_NONCHARACTERS)))
    return " ".join(_CONTROLS.sub(" ", composed).split())


class Person(NamedTuple):
    """Who gets a mail. The tokens make the links in it act for them; the return path is where it comes back to."""

    address: str
    name: str = ""
    attributes: Mapping[str, str] = MappingProxyType({})
    unsubscribe: str = SAMPLE_TOKEN
    preferences: str = SAMPLE_TOKEN
    return_path: str = ""

    def value(self, part: str) -> str:
        """The value of a personal part, empty when there is none."""
        if part == NAME:
            return plain(self.name)
        if part == UNSUBSCRIBE:
            return self.unsubscribe
        if part == PREFERENCES:
            return self.preferences
        return next((plain(words) for header, words in self.attributes.items() if column(header) == part), "")

    @property
    def parts(self) -> dict[str, bool]:
        """The parts that a list can give of a person, and whether there is a value for them."""
        of_columns = {column(header): bool(plain(words)) for header, words in self.attributes.items()}
        return {NAME: bool(plain(self.name)), **of_columns}

"""What servers write, as reasons. The words stand in phrases.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from publisher.bounces.report import Reason
from publisher.bounces.rules import load

_GAP = 60
#: Where a thought ends: what follows belongs to another one.
_STOPS = (". ", "! ", "---")
_LONGEST = 4000
_ADDRESS = re.compile(r"<?[^\s<>@:;,()\"']+@[\w.\-\[\]]+>?")
_STAGE = re.compile(r"\(in reply to [^()]{1,60}\)", re.IGNORECASE)
_CONTINUED = re.compile(r"(?<=\s)[45]\d\d-(?:[45]\.\d+\.\d+\s)?")
#: Quotes of all sorts, and what stands for a space.
_SIMPLE = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u00b4`", "'"), **dict.fromkeys("\u201c\u201d", '"'), **dict.fromkeys("_\u00a0", " ")}
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Parts that follow each other closely."""

    parts: tuple[str, ...]

    def occurs(self, text: str) -> bool:
        """Whether it stands in a simplified text; it begins where a word does."""
        first, *rest = self.parts
        at = text.find(first)
        while at >= 0:
            if _begins_word(text, at) and _follow(rest, text, at + len(first)):
                return True
            at = text.find(first, at + 1)
        return False


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is concluded from some phrases."""

    reason: Reason
    phrases: tuple[Phrase, ...]
    is_vague: bool
    of_directory: tuple[Phrase, ...]


def simplified(words: str) -> str:
    """Small letters, single spaces, plain quotes; without addresses, stages, and the codes of continued lines."""
    plain = _ADDRESS.sub(" @ ", _STAGE.sub(" ", words[:_LONGEST]).translate(_SIMPLE))
    return " ".join(_CONTINUED.sub("", plain).casefold().split())


@lru_cache(maxsize=64)
def precise(text: str) -> Reason | None:
    """The reason that a simplified text states."""
    return _first(text, is_vague=False)


@lru_cache(maxsize=64)
def vague(text: str) -> Reason | None:
    """The reason that a simplified text hints at."""
    return _first(text, is_vague=True)


@lru_cache(maxsize=64)
def speaks_of_directory(text: str) -> bool:
    """Whether a system says in a simplified text that its own directory has no such reader."""
    return any(one.occurs(text) for rule in _rules() for one in rule.of_directory)


def _first(text: str, *, is_vague: bool) -> Reason | None:
    rules = (rule for rule in _rules() if rule.is_vague is is_vague)
    return next((rule.reason for rule in rules if any(one.occurs(text) for one in rule.phrases)), None)


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not (text[at].isascii() and text[at].isalnum() and text[at - 1].isalnum())


def _follow(parts: list[str], text: str, at: int) -> bool:
    for part in parts:
        end = at + _GAP + len(part)
        found = text.find(part, at, end)
        while found >= 0 and not _begins_word(text, found):
            found = text.find(part, found + 1, end)
        if found < 0 or any(stop in text[at:found] for stop in _STOPS):
            return False
        at = found + len(part)
    return True


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(map(_rule, load("phrases.yaml")))


def _rule(rule: dict[str, Any]) -> _Rule:
    of_directory = tuple(map(_phrase, rule.get("directory", ())))
    return _Rule(
        reason=Reason(rule["reason"]),
        phrases=(*of_directory, *map(_phrase, rule["words"])),
        is_vague=rule.get("vague", False),
        of_directory=of_directory,
    )


def _phrase(words: str) -> Phrase:
    return Phrase(tuple(part.translate(_SIMPLE).strip().casefold() for part in str(words).split("…")))

# ruff: noqa: RUF001  dashes and quotation marks as people write them
"""A text made to fit: parts are left out in the order that the template gives, then others end earlier, at a word.

Never cut are words, and so neither links, hashtags, mentions nor emoji. Links, hashtags and mentions that stand in the
end that falls away are kept behind the mark of the cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from publisher.model import Trim
from publisher.render.grammar import base_language
from publisher.render.marks import END, OPTIONAL, SHORTEN, without_marks
from publisher.render.texts import one_line, paragraphs
from publisher.render.weight import count_links

Fits: TypeAlias = Callable[[str], bool]

_EDGE = re.compile(r"(?<=\S)(?=\s)")
_SENTENCE_END = re.compile(r"[.!?…][”»\"’)]*\Z")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_DANGLING = " \t\n,;:–—-(„“«\"'¿¡/&+"
_TAG = re.compile(r"[#@]\w")
_ENOUGH = 0.6
"""How much of what fits a whole sentence must hold to be taken in place of words."""
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Part:
    """A marked part: from after its opening mark to before its closing one. ``order`` is 0 for one to shorten."""

    begin: int
    end: int
    order: int


@dataclass(frozen=True, slots=True)
class FittedWords:
    """The words as far as they had to be changed, and how."""

    text: str
    trims: tuple[Trim, ...] = ()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A marked text with other words in some of its parts."""

    marked: str
    words: Mapping[_Part, str] = field(default_factory=dict)
    trims: tuple[Trim, ...] = ()

    def with_words(self, part: _Part, words: str, trim: Trim) -> _Attempt:
        return replace(self, words={**self.words, part: words}, trims=(*self.trims, trim))

    def text(self) -> str:
        """What people read of it."""
        pieces: list[str] = []
        position = 0
        for part, words in sorted(self.words.items(), key=lambda one: (one[0].begin, -one[0].end)):
            if part.begin >= position:
                pieces += (self.marked[position : part.begin], words)
                position = part.end
        text = without_marks("".join((*pieces, self.marked[position:])))
        return paragraphs(_GAP.sub(" ", text) if self.words else text)


def fitted(marked: str, fits: Fits, *, language: str) -> FittedWords:
    """The fullest text that fits; the shortest there is when none does."""
    fitter = _Fitter(fits, language)
    attempt = _Attempt(marked)
    for part in _in_order(marked):
        if fits(attempt.text()):
            break
        attempt = fitter.without(attempt, part) if part.order else fitter.shortened(attempt, part)
    return FittedWords(attempt.text(), attempt.trims)


def _in_order(marked: str) -> Iterator[_Part]:
    """Optional parts by their order, of equal ones the last first; then those to shorten, the last first."""
    parts = sorted(_parts(marked), key=lambda part: (part.order, -part.begin))
    yield from (part for part in parts if part.order)
    yield from (part for part in parts if not part.order)


@dataclass(frozen=True, slots=True)
class _Fitter:
    """Takes words away from an attempt, as few as it can."""

    fits: Fits
    language: str

    def without(self, attempt: _Attempt, part: _Part) -> _Attempt:
        """The attempt without a part."""
        words = _words(attempt, part)
        return attempt.with_words(part, "", Trim(words=_shown(words))) if words else attempt

    def shortened(self, attempt: _Attempt, part: _Part) -> _Attempt:
        """As many words of a part as fit, or its first one."""
        words = _words(attempt, part)
        cuts = [_Cut(words, edge.start(), self.language) for edge in _EDGE.finditer(words) if _is_edge(words, edge)]
        if not cuts:
            return attempt

        written = without_marks(attempt.marked[part.begin : part.end])
        before, after = _space_around(written)  # the line end before {% endshorten %} parts it from what follows

        def tried(cut: _Cut) -> _Attempt:
            trim = Trim(words=_shown(words[cut.edge :]), left=_shown(cut.text))
            return attempt.with_words(part, f"{before}{cut.text}{after}", trim)

        return tried(_last_that_fits(cuts, lambda cut: self.fits(tried(cut).text())))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Words that end at an edge between two of them."""

    words: str
    edge: int
    language: str

    @property
    def text(self) -> str:
        kept = self.words[: self.edge]
        mark = " …" if self.is_sentence or self._ends_in_a_link or base_language(self.language) == "de" else "…"
        kept = kept if self.is_sentence else kept.rstrip(_DANGLING) or kept
        later = [word for word in self.words[self.edge :].split() if _must_stay(word)]
        return " ".join((kept + mark, *later))

    @property
    def _ends_in_a_link(self) -> bool:
        """A mark right behind a link may be taken for a part of it."""
        return any(count_links(word) for word in self.words[: self.edge].split()[-1:])

    @property
    def is_sentence(self) -> bool:
        return _SENTENCE_END.search(self.words[: self.edge]) is not None


def _last_that_fits(cuts: list[_Cut], fits: Callable[[_Cut], bool]) -> _Cut:
    """The longest that fits, or the last whole sentence in it if that is not much less; the shortest if none fits."""
    low, high = 0, len(cuts)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(cuts[middle]) else (low, middle)
    longest = cuts[low]
    sentences = [cut for cut in cuts[: low + 1] if cut.is_sentence and cut.edge >= _ENOUGH * longest.edge]
    return next((cut for cut in reversed(sentences) if fits(cut)), longest)


def _parts(marked: str) -> Iterator[_Part]:
    """The marked parts; marks without their counterpart mean nothing."""
    open_parts: list[tuple[int, int]] = []
    for position, sign in enumerate(marked):
        if sign == SHORTEN or sign in OPTIONAL:
            open_parts.append((position + 1, OPTIONAL.get(sign, 0)))
        elif sign == END and open_parts:
            begin, order = open_parts.pop()
            yield _Part(begin, position, order)


def _words(attempt: _Attempt, part: _Part) -> str:
    """What stands in a part now; nothing if it stands in one that was left out."""
    if any(_contains(replaced, part) for replaced in attempt.words):
        return ""
    inner = {replaced: words for replaced, words in attempt.words.items() if _contains(part, replaced)}
    moved = {_Part(one.begin - part.begin, one.end - part.begin, one.order): words for one, words in inner.items()}
    return _Attempt(attempt.marked[part.begin : part.end], moved).text()


def _space_around(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _contains(outer: _Part, inner: _Part) -> bool:
    return outer.begin <= inner.begin and inner.end <= outer.end


def _is_edge(words: str, edge: re.Match[str]) -> bool:
    """Whether a visible character ends here: no mark that belongs to the space follows it."""
    after = words[edge.start() + 1 : edge.start() + 2]
    return not after or not (unicodedata.combining(after) or after in "\u200d\ufe0e\ufe0f")


def _must_stay(word: str) -> bool:
    return _TAG.match(word) is not None or count_links(word) > 0


def _shown(words: str) -> str:
    line = one_line(words)
    return (
        line
        if len(line) <= _LONGEST_SHOWN
        else f"{line[:_LONGEST_SHOWN].rpartition(' ')[0] or line[:_LONGEST_SHOWN]} …"
    )

"""What is readable in the words of an entry, but can't be meant: the wrong day of the week, hashtags nobody can read.

Screen readers spell out ``#smartregions``; with capitals, ``#SmartRegions``, they read words. Where the words of a tag
begin is told from the texts of the file and from a short list; a tag of unknown words is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from publisher.model import Severity
from publisher.schedulefile.knownwords import KNOWN_WORDS
from publisher.schedulefile.monthnames import MONTHS
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, Span
from publisher.schedulefile.weekdaynames import WEEKDAY_NAMES
from publisher.sentences import sentence
from publisher.timing.spoken import spoken_day
from publisher.timing.weekdays import NAMES

_TEXTS = ("title", "summary", "text", "text_twitter", "text_facebook", "text_email", "subject")
_LISTS = ("tags", "hashtags")
_HASHTAG = re.compile(r"(?<![\w&])#(\w+)")
_WORD = re.compile(r"(?<![\w#])[^\W\d_]{3,}")
_SHORTEST, _LONGEST = 8, 40
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_DAY = "|".join(sorted(map(re.escape, WEEKDAY_NAMES), key=len, reverse=True))
_DATED = re.compile(
    rf"(?<!\w)(?P<weekday>{_DAY})\b[\s,.(]{{1,4}}(?:(?:the|den|le|el|dia|dnia)\s+)?"
    rf"(?:(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})"
    rf"|(?P<day>\d{{1,2}})\.?(?:st|nd|rd|th)?\s*(?:de\s+|d['’])?(?:(?P<month>{_MONTH})|(?P<number>\d{{1,2}})\.)"  # noqa: RUF001
    rf"(?:\s*(?:de\s+|del\s+)?(?P<year>\d{{4}}))?)(?!\d)",
    re.IGNORECASE,
)


@dataclass
class WordSense:
    """Looks through the words of a file."""

    findings: Findings
    tree: Mapping

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of all texts of the file."""
        return frozenset(word.casefold() for text in _scalars(self.tree) for word in _WORD.findall(text))

    @cached_property
    def _tags(self) -> dict[str, str]:
        """The project's hashtags that are written well, by their small letters."""
        project = self.tree.get("project")
        listed = project.get("hashtags") if isinstance(project, Mapping) else None
        tags = [tag.text for tag in listed.nodes if isinstance(tag, Scalar)] if isinstance(listed, Sequence) else []
        return {tag.lower(): tag for tag in tags if tag != tag.lower()}

    def check(self, node: Node, *, about: str) -> None:
        """Note what can't be meant in the words of one group: the project, an event, a post."""
        if not isinstance(node, Mapping):
            return
        years = _years(node)
        for key, value in node.entries:
            if key.text in _LISTS:
                self._check_tags(value, about)
            elif key.text in _TEXTS:
                for text in _texts(value):
                    self._check_hashtags(text, about)
                    self._check_weekdays(text, years, about)

    # --- hashtags ---------------------------------------------------------------------------------------

    def _check_tags(self, node: Node, about: str) -> None:
        for tag in node.nodes if isinstance(node, Sequence) else [node]:
            if isinstance(tag, Scalar):
                self._check_tag(tag.text.removeprefix("#"), tag.span, about=about)

    def _check_hashtags(self, node: Scalar, about: str) -> None:
        for found in _HASHTAG.finditer(node.text):
            self._check_tag(found[1], _within(node, found.start(), found.end()), about=about, sign="#")

    def _check_tag(self, tag: str, span: Span, *, about: str, sign: str = "") -> None:
        better = self._readable(tag)
        if not better:
            return
        self.findings.add(
            "hashtag-case",
            sentence(
                "“#{tag}” is several words in small letters: screen readers can't read it, and people hardly.", tag=tag
            ),
            hint=sentence("Begin each word with a capital:  {tag}", tag=sign + better),
            span=span,
            about=about,
            severity=Severity.WARNING,
        )

    def _readable(self, tag: str) -> str:
        """The tag with capitals; empty when it needs none or nobody can tell where its words begin."""
        if tag != tag.lower() or not _SHORTEST <= len(tag) <= _LONGEST:
            return ""
        if known := self._tags.get(tag):
            return known
        if tag in self._words:
            return ""
        pieces = self._pieces(tag)
        return "".join(piece.capitalize() for piece in pieces) if len(pieces) > 1 else ""

    def _pieces(self, tag: str) -> list[str]:
        """The fewest known words that the tag is made of; none when it isn't."""
        best: dict[int, list[str]] = {0: []}
        for end in range(1, len(tag) + 1):
            found = [
                [*best[start], tag[start:end]]
                for start in range(max(0, end - _LONGEST), end)
                if start in best and self._is_word(tag[start:end])
            ]
            if found:
                best[end] = min(found, key=len)
        return best.get(len(tag), [])

    def _is_word(self, piece: str) -> bool:
        return piece.isdigit() or piece in KNOWN_WORDS or (len(piece) > 3 and piece in self._words)  # noqa: PLR2004

    # --- days of the week -------------------------------------------------------------------------------

    def _check_weekdays(self, node: Scalar, years: tuple[int, ...], about: str) -> None:
        """“Tuesday, 12 May”: wrong in the year of the entry, or in the year that the text names."""
        if not any(map(str.isdigit, node.text)):
            return
        for found in _DATED.finditer(node.text):
            said = WEEKDAY_NAMES[found["weekday"].casefold()]
            days = [day for year in years if (day := _day_in(found, year))]
            if not days or any(day.weekday() in said for day in days):
                continue
            self.findings.add(
                "weekday-mismatch",
                sentence(
                    "{day} is a {weekday}, not “{said}”.",
                    day=spoken_day(days[0]),
                    weekday=NAMES[days[0].weekday()],
                    said=found["weekday"],
                ),
                hint=sentence("Correct the day of the week or the date; then look at the other languages too."),
                span=_within(node, found.start(), found.end()),
                about=about,
            )


def _day_in(found: re.Match[str], year: int) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = MONTHS[found["month"].casefold()] if found["month"] else int(found["number"])
        return date(int(found["year"] or year), month, int(found["day"]))
    except ValueError:
        return None


def _years(node: Mapping) -> tuple[int, ...]:
    """The years that a date without one may be in: those of the entry's own dates, and the one after."""
    own = [
        int(year)
        for name in ("when", "send")
        if isinstance(value := node.get(name), Scalar)
        for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", value.text)
    ]
    return tuple(dict.fromkeys(own + [year + 1 for year in own]))


def _texts(node: Node) -> Iterator[Scalar]:
    """A text, or those of its languages."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        yield from (value for _, value in node.entries if isinstance(value, Scalar))


def _scalars(node: Node) -> Iterator[str]:
    """All texts but lists of hashtags, which are what is to be judged."""
    match node:
        case Scalar(text=text):
            yield text
        case Sequence(nodes=nodes):
            for child in nodes:
                yield from _scalars(child)
        case Mapping(entries=entries):
            for key, value in entries:
                if key.text not in _LISTS:
                    yield from _scalars(value)


def _within(node: Scalar, begin: int, end: int) -> Span:
    """The place of some characters of a text; of one with several lines only the text as a whole is known."""
    span = node.span
    if span.line != span.end_line or "\n" in node.text:
        return span
    quote = 0 if node.plain else 1
    return Span(span.line, span.column + begin + quote, span.line, span.column + end + quote)

"""All languages say the same: dates, hours, numbers, links; and no text was left in another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from publisher.model import Severity
from publisher.render.texts import language_name
from publisher.rules.copy import Complaint, Sheet
from publisher.rules.figures import figures, hosts
from publisher.rules.registry import sheet_rule
from publisher.rules.tongues import foreign, is_prose
from publisher.sentences import sentence

_SPELLED = 12
"""Numbers up to this one may be a word in one language and a figure in the other."""
_WORDS = 4
"""Fewer in common are a name rather than a text."""


@sheet_rule("translation-parity", Severity.WARNING)
def figures_agree(sheet: Sheet) -> Iterator[Complaint]:
    """A date, an hour or a number that one language has and another has not."""
    for field, versions in sheet.by_field.items():
        first, *others = versions
        for other in others:
            mine, theirs = figures(versions[first], first), figures(versions[other], other)
            only, lacking = mine - theirs, theirs - mine
            if _differ(only, lacking):
                yield Complaint(
                    sentence(
                        "{one} and {other} differ: {mine} against {theirs}.",
                        one=language_name(first),
                        other=language_name(other),
                        mine=_listed(only),
                        theirs=_listed(lacking),
                    ),
                    sentence("Give both the same dates, hours and numbers."),
                    field=f"{field}.{other}",
                )


@sheet_rule("translation-parity", Severity.WARNING)
def links_agree(sheet: Sheet) -> Iterator[Complaint]:
    """A link that one language has and another has not; each may lead to the page in its own language."""
    for field, versions in sheet.by_field.items():
        first, *others = versions
        for other in others:
            mine, theirs = hosts(versions[first]), hosts(versions[other])
            if mine != theirs:
                yield Complaint(
                    sentence(
                        "{one} and {other} link to different pages: {mine} against {theirs}.",
                        one=language_name(first),
                        other=language_name(other),
                        mine=", ".join(mine) or "–",  # noqa: RUF001
                        theirs=", ".join(theirs) or "–",  # noqa: RUF001
                    ),
                    sentence("Give both the same links, each to the page in its language."),
                    field=f"{field}.{other}",
                )


@sheet_rule("untranslated", Severity.WARNING)
def everything_is_translated(sheet: Sheet) -> Iterator[Complaint]:
    """A paragraph that two languages share, or that is in another language than its own."""
    for field, versions in sheet.by_field.items():
        if not field.startswith(("title", "summary", "text", "subject")):
            continue
        for language, words in versions.items():
            if other := foreign(words, language):
                yield Complaint(
                    sentence(
                        "The words for “{code}” seem to be in another language: {other}.", code=language, other=other
                    ),
                    sentence("Translate them."),
                    field=f"{field}.{language}",
                )
        yield from _shared(field, versions)


def _shared(field: str, versions: Mapping[str, str]) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for language, words in versions.items():
        for paragraph in filter(None, (" ".join(line.split()) for line in words.split("\n"))):
            other = seen.setdefault(paragraph, language)
            if other != language and _is_text(paragraph, other, language):
                yield Complaint(
                    sentence(
                        "“{code}” and “{other}” have the same words: “{words}”.",
                        code=language,
                        other=other,
                        words=f"{paragraph[:40]}…" if len(paragraph) > 40 else paragraph,  # noqa: PLR2004
                    ),
                    sentence("Translate them into the language of the line."),
                    field=f"{field}.{language}",
                )


def _is_text(paragraph: str, one: str, other: str) -> bool:
    return len(paragraph.split()) >= _WORDS and is_prose(paragraph, one) != is_prose(paragraph, other)


def _differ(only: frozenset[str], lacking: frozenset[str]) -> bool:
    """Whether figures are missing that can't have been spelled out."""
    if only and lacking:
        return True
    return any(not (figure.isdigit() and int(figure) <= _SPELLED) for figure in only | lacking)


def _listed(found: frozenset[str]) -> str:
    return ", ".join(sorted(one.rstrip(".") for one in found)) or "–"  # noqa: RUF001

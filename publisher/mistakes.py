"""What stops a delivery, told as a problem at the place where it is mended: in the file, or in the template."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from publisher.errors import (
    AudienceError,
    DraftTooLong,
    MediaError,
    MissingTranslation,
    NoTemplate,
    PlaceholderLeft,
    PublisherError,
    SettingsError,
    TemplateBroken,
)
from publisher.model import Event, Place, Planned, Post, Problem, Severity, Texts
from publisher.render.templates import read, shown
from publisher.render.texts import in_language
from publisher.schedulefile.schedule import Entry
from publisher.sentences import Sentence, counted, sentence, verbatim

_CODES: Mapping[type[PublisherError], str] = {
    NoTemplate: "no-template",
    TemplateBroken: "template-broken",
    MissingTranslation: "missing-translation",
    PlaceholderLeft: "placeholder",
    DraftTooLong: "too-long",
    MediaError: "bad-picture",
    AudienceError: "bad-list",
    SettingsError: "bad-setting",
}
_LINES_NAMED = 5
_TOP = Place.top("")


@dataclass(frozen=True, slots=True)
class Stopped:
    """A delivery in one language that can't be composed, and why.

    ``facts`` are those that its template uses; none when that is not known.
    """

    planned: Planned
    entry: Entry
    language: str
    error: PublisherError
    facts: tuple[str, ...] = ()


_Tell: TypeAlias = Callable[[Stopped], Problem]


def problem_of(stopped: Stopped) -> Problem:
    """The problem that stops a delivery."""
    return told_together([stopped])


def of_the_file(error: PublisherError, file: str) -> Problem:
    """What has no place of its own in the schedule file; its mend is the error's remedy."""
    subject = f"{error.subject}: " if error.subject not in ("", file) else ""
    return Problem(
        code="",
        severity=Severity.ERROR,
        message=verbatim(f"{subject}{error.message}"),
        hint=verbatim(error.remedy or "See: publisher check"),
        place=Place.top(file),
    )


def told_together(same: Sequence[Stopped]) -> Problem:
    """One problem for deliveries that the same mistake stops, at the first place in the file."""
    told = [_told(one) for one in same]
    problem = min(told, key=lambda one: (one.place.line, one.place.column))
    first = same[told.index(problem)]
    names = dict.fromkeys([first.entry.name, *(one.entry.name for one in same)])
    if isinstance(first.error, TemplateBroken):
        problem = replace(problem, message=_with_the_stopped(first, len(names) - 1))
    if isinstance(first.error, NoTemplate):
        lines = sorted({one.place.line for one in told} - {problem.place.line})
        problem = replace(problem, hint=_with_lines(problem.hint, lines))
    return replace(problem, about=", ".join(names))


def same_mistake(problem: Problem, error: PublisherError) -> Hashable:
    """Equal for what is mended once, however many announcements it stops."""
    if isinstance(error, MissingTranslation):
        return problem.code, problem.place, problem.hint
    if isinstance(error, DraftTooLong):
        return problem.code, problem.place, problem.message
    return problem.code, error.subject if isinstance(error, TemplateBroken | MediaError) else "", error.message


def _told(stopped: Stopped) -> Problem:
    tell = next((tell for kind, tell in _TELLERS.items() if isinstance(stopped.error, kind)), _at_the_step)
    return tell(stopped)


def _with_lines(hint: str, lines: Sequence[int]) -> Sentence:
    if not lines:
        return _said(hint)
    named = ", ".join(map(str, lines[:_LINES_NAMED])) + (" …" if len(lines) > _LINES_NAMED else "")
    return counted(
        "{hint} It stands on line {lines} too.",
        "{hint} It stands on lines {lines} too.",
        hint=hint,
        lines=named,
        n=len(lines),
    )


# --- kinds of mistakes ------------------------------------------------------------------------------------


def _at_the_step(stopped: Stopped) -> Problem:
    planned, error = stopped.planned, stopped.error
    message = sentence(
        "“{template}” of {source} on {channel}: {message}",
        template=planned.template,
        source=planned.source_id,
        channel=planned.channel.id,
        message=error.message,
    )
    return _problem(stopped, message, planned.place)


def _no_template(stopped: Stopped) -> Problem:
    planned = stopped.planned
    step = next((step for step in stopped.entry.steps if step.place == planned.place), None)
    return _problem(stopped, stopped.error.message, (step and step.template_place) or planned.place)


def _template_broken(stopped: Stopped) -> Problem:
    return _problem(stopped, stopped.error.message, _in_the_template(stopped.error) or stopped.planned.place)


def _missing_translation(stopped: Stopped) -> Problem:
    error = stopped.error
    name = error.field if isinstance(error, MissingTranslation) else ""
    return _problem(stopped, error.message, _place_of(stopped.entry, name) or stopped.planned.place)


def _placeholder(stopped: Stopped) -> Problem:
    error = stopped.error
    if not isinstance(error, PlaceholderLeft):
        return _at_the_step(stopped)
    in_file = _place_of(stopped.entry, error.field) if error.field else None
    in_template = _word_in(error.path, error.words) if error.path else None
    return _problem(stopped, error.message, in_file or in_template or stopped.planned.place)


def _bad_picture(stopped: Stopped) -> Problem:
    place = _place_of(stopped.entry, "image.file") or stopped.planned.place
    return _problem(stopped, stopped.error.message, place)


def _too_long(stopped: Stopped) -> Problem:
    name = _longest(stopped)
    place = _place_of(stopped.entry, name) or stopped.planned.place
    problem = _problem(stopped, stopped.error.message, place)
    return replace(problem, hint=_how_to_shorten(stopped, name))


_TELLERS: Mapping[type[PublisherError], _Tell] = {
    NoTemplate: _no_template,
    TemplateBroken: _template_broken,
    MissingTranslation: _missing_translation,
    PlaceholderLeft: _placeholder,
    MediaError: _bad_picture,
    DraftTooLong: _too_long,
}


def _problem(stopped: Stopped, message: str, place: Place | None) -> Problem:
    error = stopped.error
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "bad-value")
    return Problem(
        code=code,
        severity=Severity.ERROR,
        message=_said(message),
        hint=_said(error.remedy) if error.remedy else sentence("See publisher preview."),
        place=place or _TOP,
        about=stopped.entry.name,
    )


def _said(words: str) -> Sentence:
    return words if isinstance(words, Sentence) else verbatim(words)


# --- templates --------------------------------------------------------------------------------------------


def _with_the_stopped(stopped: Stopped, others: int) -> Sentence:
    parts = {
        "mistake": stopped.error.message,
        "template": stopped.planned.template,
        "source": stopped.planned.source_id,
        "step": stopped.planned.step,
    }
    if not others:
        return sentence("{mistake} It stops “{template}” of {source} ({step}).", **parts)
    return counted(
        "{mistake} It stops “{template}” of {source} ({step}) and {n} other announcement.",
        "{mistake} It stops “{template}” of {source} ({step}) and {n} other announcements.",
        n=others,
        **parts,
    )


def _in_the_template(error: PublisherError) -> Place | None:
    """The word on its line in the template, or the whole line."""
    if not isinstance(error, TemplateBroken) or error.path is None:
        return None
    return _word_in(error.path, error.word, number=error.line)


def _word_in(path: Path, word: str, *, number: int = 0) -> Place:
    """A word on a line, or the whole line; on the first line with it when ``number`` is 0."""
    lines = _lines(path)
    number = number or next((at for at, line in enumerate(lines, 1) if word and word in line), 1)
    line = lines[number - 1] if number <= len(lines) else ""
    begin = line.find(word) if word else -1
    length = len(word)
    if begin < 0:
        begin, length = len(line) - len(line.lstrip()), len(line.strip())
    return Place(shown(path), number, begin + 1, number, begin + 1 + length)


def _lines(path: Path) -> list[str]:
    try:
        return read(path).splitlines()
    except TemplateBroken:  # it is not UTF-8, which may be the very mistake
        return []


# --- the file ---------------------------------------------------------------------------------------------


def _place_of(entry: Entry, name: str) -> Place | None:
    """Where a field of the entry stands: ``where.venue``, else ``where``."""
    return entry.places.get(name) or entry.places.get(name.partition(".")[0])


def _longest(stopped: Stopped) -> str:
    """The field to shorten: the longest text of those that the template uses."""
    source = stopped.entry.source
    if isinstance(source, Post):
        special = f"text_{stopped.planned.channel.type}"
        return special if special in stopped.entry.places else "text"
    if not isinstance(source, Event):
        return ""
    texts: dict[str, Texts] = {
        "event.title": source.title,
        "event.summary": source.summary,
        "event.organiser": source.organiser,
        "event.venue": source.venue.name,
        "event.address": source.venue.address,
    }
    used = [fact for fact in texts if fact in stopped.facts] or ["event.title"]
    longest = max(used, key=lambda fact: len(in_language(texts[fact], stopped.language)))
    return {"event.venue": "where.venue", "event.address": "where.address"}.get(longest, longest.partition(".")[2])


def _how_to_shorten(stopped: Stopped, name: str) -> Sentence:
    error, planned = stopped.error, stopped.planned
    platform = error.platform if isinstance(error, DraftTooLong) else ""
    if name == "text":
        return sentence(
            "Shorten it, or add a shorter  {key}:  for {platform} only.",
            key=f"text_{planned.channel.type}",
            platform=platform,
        )
    if name.startswith("text_"):
        return sentence("Shorten it.")
    if not name:
        return sentence("Shorten the template “{template}”.", template=planned.template)
    return sentence(
        "Shorten the {field}, or give the template “{template}” fewer words for {platform}.",
        field=name.rpartition(".")[2],
        template=planned.template,
        platform=platform,
    )

"""What went wrong in a template, told to the person who wrote it: where, what, and the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, Template, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from publisher.errors import TemplateBroken
from publisher.render.filters import Misused
from publisher.render.templates import did_you_mean, nearest, shown
from publisher.sentences import Sentence, sentence, verbatim

TOP_NAMES = ("event", "post", "digest", "project", "channel", "language", "today", "reader", "hashtags")
"""What a template can be given; which of them depends on the announcement."""

_TAGS = (
    "block",
    "endblock",
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "include",
    "import",
    "from",
    "macro",
    "optional",
    "endoptional",
    "shorten",
    "endshorten",
)
_QUOTED = re.compile(r"'([^']+)'")


class UnknownName(UndefinedError):
    """A template used a variable or attribute that is not there. ``owner`` holds the object, if it was an attribute."""

    def __init__(self, message: str, *, hint: str | None, owner: tuple[object, ...], name: object) -> None:
        super().__init__(message)
        self.hint = hint
        self.owner = owner
        self.name = str(name)


class _Told(NamedTuple):
    """A mistake in words: what is wrong, what to do, and the word on the line that it is about."""

    message: Sentence
    remedy: Sentence
    word: str = ""


def broken(error: Exception, *, path: Path, environment: Environment, names: Sequence[str]) -> TemplateBroken:
    """The error for people. ``path`` is the file that was rendered, ``names`` what it could have included."""
    if isinstance(error, TemplateSyntaxError):
        return _at(Path(error.filename or path), error.lineno, _syntax(error, environment))
    where, line = _place(error, path)
    return _at(where, line, _failure(error, names))


def _failure(error: Exception, names: Sequence[str]) -> _Told:
    if isinstance(error, UnknownName):
        return _unknown_name(error)
    if isinstance(error, TemplateNotFound):
        name = str(error.name or "")
        message = sentence("“{name}” is in none of the template folders.", name=name)
        return _Told(message, did_you_mean(nearest(name, names)) or sentence("Check the name."), name)
    if isinstance(error, SecurityError):
        return _Told(
            sentence("The template reaches for what is closed to templates: {said}", said=str(error)),
            sentence("Use only the variables that are listed in docs/template-reference.md."),
        )
    if isinstance(error, Misused):
        return _Told(error.message, error.remedy, error.word)
    if isinstance(error, RecursionError):
        return _Told(
            sentence("The template calls itself without end."),
            sentence("Look for a macro or include that names itself."),
        )
    kind = "" if isinstance(error, TypeError | ValueError | OverflowError) else f"{type(error).__name__}: "
    return _Told(
        sentence("The template fails: {said}.", said=f"{kind}{error}"),
        sentence("Mend this line; try it with: publisher preview"),
    )


def _unknown_name(error: UnknownName) -> _Told:
    name = error.name
    if error.hint:
        return _Told(verbatim(error.hint), sentence("Check the name."))
    if not error.owner:
        return _Told(sentence("There is no variable “{name}” here.", name=name), _for_variable(name), name)
    owner = error.owner[0]
    if owner is None:
        return _Told(
            sentence("“{name}” is asked of an empty value.", name=name),
            sentence("Ask first whether there is one: {example}", example="{% if … %}"),
            name,
        )
    there = _names_of(owner)
    kind = type(owner).__name__.removesuffix("View").lower()
    has = sentence("It has: {names}.", names=_listed(there))
    message = sentence("There is no “{name}” in {kind}.", name=name, kind=kind)
    return _Told(message, did_you_mean(nearest(name, there)) or has, name)


def _for_variable(name: str) -> Sentence:
    if name in TOP_NAMES:
        return sentence(
            "This announcement has no {name}; an imported file sees it only with: {example}",
            name=name,
            example="{% import … with context %}",
        )
    there_are = sentence("There are: {names}.", names=", ".join(TOP_NAMES))
    return did_you_mean(nearest(name, TOP_NAMES)) or there_are


def _names_of(owner: object) -> list[str]:
    names = [str(key) for key in owner] if isinstance(owner, dict) else dir(owner)
    return [name for name in names if not name.startswith("_")]


def _listed(names: Sequence[str]) -> Sentence:
    return verbatim(", ".join(names)) if names else sentence("nothing")


def _syntax(error: TemplateSyntaxError, environment: Environment) -> _Told:
    said = error.message or sentence("it has no form that is known")
    word = match[1] if (match := _QUOTED.search(said)) else ""
    if said.startswith("No filter named"):
        near = did_you_mean(nearest(word, environment.filters))
        see = sentence("See the list of filters in docs/template-reference.md.")
        return _Told(sentence("There is no filter “{name}”.", name=word), near or see, word)
    if said.startswith("Encountered unknown tag"):
        near = did_you_mean(nearest(word, _TAGS))
        there_are = sentence("There are: {names}.", names=", ".join(_TAGS))
        return _Told(sentence("There is no tag “{name}”.", name=word), near or there_are, word)
    return _Told(
        sentence("The template can't be understood: {said}", said=said),
        sentence("Look for a missing {signs} on this line or above.", signs="}}, %}, {% end… %}"),
    )


def _place(error: Exception, path: Path) -> tuple[Path, int]:
    """The innermost line of a template that the error went through."""
    where, line = path, 0
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            where, line = Path(template.filename or path), template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return where, line


def _at(path: Path, line: int, told: _Told) -> TemplateBroken:
    return TemplateBroken(
        told.message,
        subject=f"{shown(path)}:{line}" if line else shown(path),
        remedy=told.remedy,
        path=path,
        line=line,
        word=told.word,
    )

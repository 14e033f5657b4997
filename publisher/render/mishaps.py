"""What went wrong in a template, told to the person who wrote it: where, what, and the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, Template, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from publisher.errors import TemplateBroken
from publisher.render.filters import Misused
from publisher.render.templates import nearest, shown

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
)
_QUOTED = re.compile(r"'([^']+)'")


class UnknownName(UndefinedError):
    """A template used a variable or attribute that is not there. ``owner`` holds the object, if it was an attribute."""

    def __init__(self, message: str, *, hint: str | None, owner: tuple[object, ...], name: object) -> None:
        super().__init__(message)
        self.hint = hint
        self.owner = owner
        self.name = str(name)


def broken(error: Exception, *, path: Path, environment: Environment, names: Sequence[str]) -> TemplateBroken:
    """The error for people. ``path`` is the file that was rendered, ``names`` what it could have included."""
    if isinstance(error, TemplateSyntaxError):
        message, remedy = _syntax(error, environment)
        return _at(Path(error.filename or path), error.lineno, message=message, remedy=remedy)
    where, line = _place(error, path)
    message, remedy = _failure(error, names)
    return _at(where, line, message=message, remedy=remedy)


def _failure(error: Exception, names: Sequence[str]) -> tuple[str, str]:
    if isinstance(error, UnknownName):
        return _unknown_name(error)
    if isinstance(error, TemplateNotFound):
        name = str(error.name or "")
        near = nearest(name, names)
        return f"“{name}” is in none of the template folders", _did_you_mean(near, instead="check the name")
    if isinstance(error, SecurityError):
        return (
            f"the template reaches for what is closed to templates: {error}",
            "use only the variables that are listed",
        )
    if isinstance(error, Misused):
        return str(error), error.remedy
    if isinstance(error, RecursionError):
        return "the template calls itself without end", "look for a macro or include that names itself"
    kind = "" if isinstance(error, TypeError | ValueError | OverflowError) else f"{type(error).__name__}: "
    return f"the template fails: {kind}{error}", "mend this line; try it with: publisher preview"


def _unknown_name(error: UnknownName) -> tuple[str, str]:
    if error.hint:
        return error.hint, "check the name"
    if not error.owner:
        return f"there is no variable “{error.name}” here", _for_variable(error.name)
    owner = error.owner[0]
    if owner is None:
        return f"“{error.name}” is asked of an empty value", "ask first whether there is one: {% if … %}"
    near = nearest(error.name, _names_of(owner))
    kind = type(owner).__name__.removesuffix("View").lower()
    return f"there is no “{error.name}” in {kind}", _did_you_mean(near, instead=f"it has: {_listed(_names_of(owner))}")


def _for_variable(name: str) -> str:
    if name in TOP_NAMES:
        return f"this announcement has no {name}; an imported file sees it only with: {{% import … with context %}}"
    return _did_you_mean(nearest(name, TOP_NAMES), instead=f"there are: {', '.join(TOP_NAMES)}")


def _names_of(owner: object) -> list[str]:
    names = [str(key) for key in owner] if isinstance(owner, dict) else dir(owner)
    return [name for name in names if not name.startswith("_")]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def _syntax(error: TemplateSyntaxError, environment: Environment) -> tuple[str, str]:
    said = error.message or "the template can't be understood"
    word = match[1] if (match := _QUOTED.search(said)) else ""
    if said.startswith("No filter named"):
        near = nearest(word, environment.filters)
        return f"there is no filter “{word}”", _did_you_mean(near, instead="see the list of filters")
    if said.startswith("Encountered unknown tag"):
        return f"there is no tag “{word}”", _did_you_mean(
            nearest(word, _TAGS), instead=f"there are: {', '.join(_TAGS)}"
        )
    return f"the template can't be understood: {said}", "look for a missing }}, %} or {% end… %} on this line or above"


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


def _at(path: Path, line: int, *, message: str, remedy: str) -> TemplateBroken:
    return TemplateBroken(message, subject=f"{shown(path)}:{line}" if line else shown(path), remedy=remedy)


def _did_you_mean(near: str, *, instead: str) -> str:
    return f"did you mean “{near}”?" if near else instead

"""``publisher check``."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say

if TYPE_CHECKING:
    from publisher.model import Place, Problem

#: Problems whose line must not be repeated.
_NOT_SHOWN = ("secret-in-file",)
#: Of longer lines only so many characters are shown, so many of them before the fault.
_WIDTH = 160
_BEFORE = 60


class CheckFormat(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(check)


def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Instead of --schedules.")] = None,
    *,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to print the problems.")] = CheckFormat.TEXT,
) -> None:
    """Say what is wrong in the file, its lists and its templates, and how to mend it."""
    from publisher.checking import check as check_all
    from publisher.checking import has_errors

    given: Globals = context.obj
    options = dataclasses.replace(given, schedules=file) if file else given
    problems = check_all(options.app())
    printers = {CheckFormat.TEXT: _text, CheckFormat.JSON: _json, CheckFormat.GITHUB: _github}
    printers[format_](problems, options.schedules)
    raise typer.Exit(1 if has_errors(problems) else 0)


def _text(problems: Iterable[Problem], file: Path) -> None:
    from publisher.schedulefile.read import shown_lines

    found = list(problems)
    lines: dict[str, list[str]] = {}
    for problem in found:
        name = problem.place.file
        if name not in lines:
            lines[name] = shown_lines(Path(name))
        _one(problem, lines[name])
    errors = sum(problem.severity == "error" for problem in found)
    others = len(found) - errors
    if not found:
        say(f"{file}: fine", style="green")
    else:
        say(f"{file}: {_count(errors, 'error')}, {_count(others, 'warning')}")


def _one(problem: Problem, lines: list[str]) -> None:
    colours = {"error": "bold red", "warning": "yellow", "info": "cyan"}
    place = problem.place
    say(
        f"{place.file}:{place.line}:{place.column}  {problem.severity}  {problem.message}  [{problem.code}]",
        style=colours[problem.severity],
    )
    if place.line <= len(lines) and problem.code not in _NOT_SHOWN:
        for line in _pointed_at(lines[place.line - 1], place):
            say(f"    {line}")
    say(f"    → {problem.hint}")
    say()


def _pointed_at(line: str, place: Place) -> tuple[str, str]:
    """The line, cut when it is long, and below it marks under what is meant; wide characters take two cells."""
    from rich.cells import cell_len

    line = "".join(character if character.isprintable() else " " for character in line)
    begin = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    cut = max(0, begin - _BEFORE) if len(line) > _WIDTH else 0
    shown = line[cut : cut + _WIDTH]
    marks = max(1, cell_len(line[begin : min(end, cut + _WIDTH)]))
    return shown, " " * cell_len(line[cut:begin]) + "^" * marks


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _json(problems: Iterable[Problem], _file: Path) -> None:
    print_json([record(problem) for problem in problems])


def record(problem: Problem) -> dict[str, object]:
    """A problem as the public interface prints it."""
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "see": f"docs/problems.md#{problem.code}",
    }


def _github(problems: Iterable[Problem], _file: Path) -> None:
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    for problem in problems:
        place = problem.place
        sys.stdout.write(
            f"::{kinds[problem.severity]} file={_escaped(place.file, also=':,')},line={place.line},col={place.column},"
            f"endLine={place.end_line},endColumn={place.end_column},title={problem.code}"
            f"::{_escaped(f'{problem.message} {problem.hint}')}\n"
        )


def _escaped(text: str, *, also: str = "") -> str:
    """As the workflow commands of GitHub want it: one line, and in properties no colon or comma."""
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{also}" else sign for sign in text)

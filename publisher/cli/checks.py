"""``publisher check``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say

if TYPE_CHECKING:
    from publisher.model import Problem


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
    found = list(problems)
    colours = {"error": "bold red", "warning": "yellow", "info": "cyan"}
    lines: dict[str, list[str]] = {}
    for problem in found:
        place = problem.place
        say(
            f"{place.file}:{place.line}:{place.column}  {problem.severity}  {problem.message}  [{problem.code}]",
            style=colours[problem.severity],
        )
        if place.file not in lines:
            lines[place.file] = _lines(place.file)
        if place.line <= len(lines[place.file]):
            line = lines[place.file][place.line - 1].replace("\t", " ")
            width = place.end_column - place.column if place.end_line == place.line else len(line) - place.column + 1
            say(f"    {line}")
            say(f"    {' ' * (place.column - 1)}{'^' * max(width, 1)}")
        say(f"    → {problem.hint}")
        say()
    errors = sum(problem.severity == "error" for problem in found)
    others = len(found) - errors
    if not found:
        say(f"{file}: fine", style="green")
    else:
        say(f"{file}: {_count(errors, 'error')}, {_count(others, 'warning')}")


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []


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
        words = f"{problem.message} {problem.hint}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        say(
            f"::{kinds[problem.severity]} file={place.file},line={place.line},col={place.column},"
            f"endLine={place.end_line},endColumn={place.end_column},title={problem.code}::{words}"
        )

"""``publisher check``."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, Language, print_json, say, speaker
from publisher.cli.github import print_annotations
from publisher.model import Severity
from publisher.sentences import Sentence, Speaker, counted, sentence

if TYPE_CHECKING:
    from publisher.model import Place, Problem

#: Problems whose line must not be repeated.
_SEVERITIES = {
    Severity.ERROR: sentence("error"),
    Severity.WARNING: sentence("warning"),
    Severity.INFO: sentence("remark"),
}
_NOT_SHOWN = ("secret-in-file",)
#: Of longer lines only so many characters are shown, so many of them before the fault.
_WIDTH = 160
_BEFORE = 60
_LOCAL_PART = re.compile(r"[^\s,;<>\"'@]+(?=@)")


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
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of the messages.")] = None,
) -> None:
    """Say what is wrong in the file, its lists and its templates, and how to mend it."""
    from publisher.checking import check as check_all
    from publisher.checking import has_errors

    given: Globals = context.obj
    options = dataclasses.replace(given, schedules=file) if file else given
    problems = check_all(options.app())
    printers = {CheckFormat.TEXT: _text, CheckFormat.JSON: _json, CheckFormat.GITHUB: print_annotations}
    printers[format_](problems, options.schedules, speaker(lang))
    raise typer.Exit(1 if has_errors(problems) else 0)


def _text(problems: Iterable[Problem], file: Path, speak: Speaker) -> None:
    from publisher.schedulefile.reading.read import shown_lines

    found = list(problems)
    lines: dict[str, list[str]] = {}
    for problem in found:
        name = problem.place.file
        if name not in lines:
            lines[name] = shown_lines(Path(name))
        _one(problem, lines[name] if name == str(file) else list(map(_masked, lines[name])), speak)
    say(speak.say(_outcome(found, file)), style="" if found else "green")


def _outcome(found: list[Problem], file: Path) -> Sentence:
    numbers = Counter(problem.severity for problem in found)
    counts = [
        counted("{n} error", "{n} errors", n=numbers[Severity.ERROR]),
        counted("{n} warning", "{n} warnings", n=numbers[Severity.WARNING]),
        counted("{n} remark", "{n} remarks", n=numbers[Severity.INFO]),
    ]
    counts = [words for words in counts if words.parts["n"]]
    if not counts:
        return sentence("{file}: fine", file=file)
    listed = counts[0]
    for words in counts[1:]:
        listed = sentence("{first}, {second}", first=listed, second=words)
    if mendable := sum(bool(problem.mend) for problem in found):
        mends = counted("`publisher fix` can mend one.", "`publisher fix` can mend {n}.", n=mendable)
        return sentence("{file}: {found}. {mends}", file=file, found=listed, mends=mends)
    return sentence("{file}: {found}", file=file, found=listed)


def _one(problem: Problem, lines: list[str], speak: Speaker) -> None:
    from publisher.schedulefile.secrets import secrets_in

    colours = {"error": "bold red", "warning": "yellow", "info": "cyan"}
    place = problem.place
    severity = speak.say(_SEVERITIES[problem.severity])
    say(
        f"{place.file}:{place.line}:{place.column}  {severity}  {speak.say(problem.message)}  [{problem.code}]",
        style=colours[problem.severity],
    )
    if place.line <= len(lines) and problem.code not in _NOT_SHOWN:
        shown = secrets_in(lines[place.line - 1]).masked(lines[place.line - 1])
        for line in _pointed_at(shown, place):
            say(f"    {line}")
    say(f"    → {speak.say(problem.hint)}")
    say()


def _masked(line: str) -> str:
    """A line of a list with readers: as long as it is, and without their whole addresses."""
    return _LOCAL_PART.sub(lambda found: found[0][0] + "…" * (len(found[0]) - 1), line)


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


def _json(problems: Iterable[Problem], _file: Path, speak: Speaker) -> None:
    print_json([record(problem, speak) for problem in problems])


def record(problem: Problem, speak: Speaker) -> dict[str, object]:
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
        "message": speak.say(problem.message),
        "hint": speak.say(problem.hint),
        "see": f"docs/problems.md#{problem.code}",
    }

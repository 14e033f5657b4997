"""``publisher doctor``."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say

if TYPE_CHECKING:
    from publisher.model.findings import Finding
    from publisher.redaction import Redactor


class DoctorFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


_COLOURS = {"ok": "", "warning": "yellow", "error": "bold red"}


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(doctor)


def doctor(
    context: typer.Context,
    *,
    format_: Annotated[DoctorFormat, typer.Option("--format", help="How to print the findings.")] = DoctorFormat.TEXT,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform and no name server.")] = False,
    resolver: Annotated[
        str, typer.Option(metavar="ADDRESS[:PORT]", help="Ask this name server instead of this machine's own.")
    ] = "",
) -> None:
    """Look at everything that sending needs, without sending anything."""
    from publisher.examining.doctor import Reach, examine, has_errors
    from publisher.logs import configure

    options: Globals = context.obj
    redact = options.redactor()
    configure(level=_level(options), redact=redact)
    found = [_redacted(one, redact) for one in examine(options.app(), Reach(offline=offline, resolver=resolver))]
    if format_ is DoctorFormat.JSON:
        shown = ("grade", "subject", "words", "mend")
        print_json([{name: getattr(finding, name) for name in shown} for finding in found])
    else:
        _text(found)
    raise typer.Exit(1 if has_errors(found) else 0)


def _level(options: Globals) -> int:
    import logging

    return logging.DEBUG if options.verbose else logging.WARNING


def _redacted(finding: Finding, redact: Redactor) -> Finding:
    return dataclasses.replace(finding, words=redact(finding.words), mend=redact(finding.mend))


def _text(found: Sequence[Finding]) -> None:
    width = max(len(finding.subject) for finding in found)
    for finding in found:
        say(f"{finding.grade:<7}  {finding.subject:<{width}}  {finding.words}", style=_COLOURS[finding.grade])
        if finding.mend:
            say(f"{'':<7}  {'':<{width}}  → {finding.mend}")
    numbers = Counter(finding.grade.value for finding in found)
    say(f"\n{_counted(numbers['error'], 'error')}, {_counted(numbers['warning'], 'warning')}, {numbers['ok']} fine")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

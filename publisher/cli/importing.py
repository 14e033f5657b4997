"""``publisher import``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say

if TYPE_CHECKING:
    from publisher.importing.importer import Outcome


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("import")(import_)


def import_(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="iCalendar, a web page with schema.org events, a feed, or CSV.")
    ],
    *,
    diff: Annotated[
        bool, typer.Option("--diff", "--dry-run", help="Only show what would change; write nothing.")
    ] = False,
    cadence: Annotated[str, typer.Option(help="The recipe that new events get.")] = "",
    past: Annotated[bool, typer.Option("--all", help="Take events that are over, too.")] = False,
) -> None:
    """Add events from elsewhere to the schedule file, as drafts."""
    from publisher.clock import SystemClock
    from publisher.importing.fetching import Network
    from publisher.importing.importer import Options, import_events

    given: Globals = context.obj
    outcome = import_events(
        source,
        given.schedules,
        Options(cadence=cadence, with_past=past),
        now=SystemClock().now(),
        network=Network(),
    )
    _show(outcome)
    if not diff:
        outcome.save()
    _summary(outcome, verb="would be " if diff else "")


def _show(outcome: Outcome) -> None:
    """The diff; lines of one colour are printed at once, as each call costs more than its lines."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for sign, lines in groupby(outcome.diff(), key=lambda line: line[:1]):
        say("\n".join(lines), style=styles.get(sign, ""))


def _summary(outcome: Outcome, *, verb: str) -> None:
    merged = outcome.merged
    for note in outcome.notes:
        say(f"  · {note}", style="yellow")
    counts = (
        (len(merged.added), f"{verb}added as drafts"),
        (len(merged.updated), f"{verb}updated"),
        (merged.same, "as before"),
        (merged.own, "left as you changed them"),
        (outcome.past, "over already"),
    )
    told = [f"{number} {what}" for number, what in counts if number]
    say(f"{outcome.path}: {', '.join(told) or 'nothing to add'}")
    if merged.added and not verb:
        say("→ Read the drafts, add pictures and languages, then write “status: confirmed”.")

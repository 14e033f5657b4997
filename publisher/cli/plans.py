"""``publisher plan``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, warn, window
from publisher.cli.pausing import Paused, show_pauses
from publisher.cli.planrecords import plan_record
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.costs import Costs
    from publisher.ledger.ledger import Ledger
    from publisher.model import Money, Planned
    from publisher.plan import Window
    from publisher.schedulefile.load import Loaded
    from publisher.schedulefile.schedule import Schedule

_STYLES = {
    "planned": "",
    "moved": "yellow",
    "held": "magenta",
    "skipped": "dim",
    "draft": "cyan",
    "sent": "green",
}


#: States of the ledger in which a delivery is still to go out.
_OPEN = ("pending", "retry_wait")


class PlanFormat(StrEnum):
    """How the plan is printed."""

    TEXT = "text"
    JSON = "json"
    ICS = "ics"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What is planned, and what is known of it beside the file."""

    planned: list[Planned]
    states: Mapping[str, str]  #: of the ledger, by key
    costs: Costs
    ledger: Ledger | None


Begin = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; today when left out.")]
End = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; thirteen months on when left out.")]


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(plan)


def plan(
    context: typer.Context,
    *,
    begin: Begin = None,
    end: End = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="FILE|COMMIT", help="Only what is different from this version of the file."),
    ] = None,
    format_: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = PlanFormat.TEXT,
) -> None:
    """Show what goes out, where and when."""
    app, schedule, loaded = opened(context)
    if against is not None:
        _show_difference(app, schedule, against, period=period(app, schedule, begin=begin, end=end), format_=format_)
    else:
        view = _view(app, schedule, period(app, schedule, begin=begin, end=end))
        if format_ is PlanFormat.ICS:
            _plan_ics(view, made_at=app.clock.now())
        else:
            {PlanFormat.TEXT: _plan_text, PlanFormat.JSON: _plan_json}[format_](view)
    warn_about(loaded)


def _view(app: App, schedule: Schedule, asked: Window) -> _View:
    from publisher.approving import held_again
    from publisher.costs import costs_of, held
    from publisher.preview import Previewer

    ledger = app.existing_ledger()
    previewer = Previewer(app, schedule)
    planned = held_again(app.plan(schedule, asked, ledger=ledger), previewer, ledger)
    states = _ledger_states(planned, ledger)
    over = {key for key, state in states.items() if state not in _OPEN}
    costs = costs_of((one for one in planned if one.key not in over), previewer)
    return _View(planned=held(planned, costs, ledger=ledger), states=states, costs=costs, ledger=ledger)


def opened(context: typer.Context) -> tuple[App, Schedule, Loaded]:
    """The parts, and the sound part of the file. Raises `ScheduleUnreadable` when there is none."""
    options: Globals = context.obj
    app = options.app()
    schedule, loaded = app.schedule()
    return app, schedule, loaded


def period(app: App, schedule: Schedule, *, begin: str | None, end: str | None) -> Window:
    """The days that are asked for, on the clock of the first channel."""
    zones = [channel.calendar.timezone for channel in schedule.channels.values()]
    return window(begin, end, now=app.clock.now(), timezone=zones[0] if zones else "UTC")


def _show_difference(app: App, schedule: Schedule, against: str, *, period: Window, format_: PlanFormat) -> None:
    from publisher.cli import differences

    printers = {PlanFormat.TEXT: differences.print_text, PlanFormat.JSON: differences.print_record}
    if format_ not in printers:
        raise SettingsError(
            "a difference can't be printed so", subject=f"--format {format_}", remedy="take text or json"
        )
    printers[format_](differences.find(app, schedule, against=against, period=period))


def warn_about(loaded: Loaded) -> None:
    """Say on standard error that the file has errors, if it has."""
    errors = [problem for problem in loaded.problems if problem.severity == "error"]
    if errors:
        warn(f"{len(errors)} error(s) in the file; what they are about is left out here. See: publisher check")


def _ledger_states(planned: Iterable[Planned], ledger: Ledger | None) -> dict[str, str]:
    """What the ledger says of deliveries that are no longer just planned."""
    if ledger is None:
        return {}
    rows = ledger.deliveries.of_sources({one.source_id for one in planned})
    return {row.key: str(row.state) for row in rows if row.state != "planned"}


# --- plan ---------------------------------------------------------------------------------------------------


def _plan_text(view: _View) -> None:
    show_pauses(view.ledger, line=say)
    paused = Paused(view.ledger)
    day = None
    for one in view.planned:
        if one.local.date() != day:
            day = one.local.date()
            say(f"\n{one.local:%A, %d %B %Y}", style="bold")
        state = view.states.get(one.key, str(one.state))
        mark = "" if state == "planned" else f"  [{state}{': ' + one.reason if one.reason else ''}]"
        words = (
            f"  {one.local:%H:%M}  {one.channel.id:<14} {one.template:<15} {one.source_id} ({', '.join(one.languages)})"
        )
        if one.key in view.costs:
            mark += f"  {view.costs[one.key]}"
        if one.goes_out and state in ("planned", "moved", "held", *_OPEN) and paused.of(one.channel.id):
            mark += "  [paused]"
        say(words + mark, style=_STYLES.get(state, "red"))
    out = sum(one.goes_out for one in view.planned)
    say(f"\n{out} to go out, {len(view.planned) - out} not (drafts and skipped).")
    show_costs(view.planned, view.costs)


def show_costs(planned: Iterable[Planned], costs: Costs) -> None:
    """What the posts will cost, by month and channel, if any has a price."""
    from publisher.costs import by_month

    if sums := by_month(planned, costs):
        say("\nWhat the platforms will bill:", style="bold")
        for one in sums:
            say(f"  {one}")


def _plan_json(view: _View) -> None:
    paused = Paused(view.ledger)
    print_json(
        [
            plan_record(one, view.states.get(one.key, str(one.state)))
            | {"cost": cost_record(view.costs.get(one.key)), "paused": paused.record(one.channel.id)}
            for one in view.planned
        ]
    )


def cost_record(cost: Money | None) -> dict[str, str] | None:
    """What it costs as the public interface prints it: a decimal number as text, so that it stays exact."""
    return {"amount": str(cost.amount), "currency": cost.currency} if cost is not None else None


def _plan_ics(view: _View, *, made_at: datetime) -> None:
    from publisher.feeds.plan_calendar import plan_calendar

    shown = [one for one in view.planned if one.goes_out and view.states.get(one.key) != "cancelled"]
    sys.stdout.buffer.write(plan_calendar(shown, revised_at=made_at))  # as it is: its lines end with CR LF

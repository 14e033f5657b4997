"""``publisher plan`` and ``publisher preview``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.checks import record
from publisher.cli.common import Globals, print_json, say, wall, warn, window, zulu
from publisher.errors import SettingsError
from publisher.sentences import Speaker

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.model import Planned
    from publisher.plan import Window
    from publisher.preview import Preview
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


class PlanFormat(StrEnum):
    """How the plan is printed."""

    TEXT = "text"
    JSON = "json"
    ICS = "ics"


class PreviewFormat(StrEnum):
    """How previews are printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


Begin = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; today when left out.")]
End = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; thirteen months on when left out.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(plan)
    cli.command()(preview)


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
    app, schedule, loaded = _open(context)
    if against is not None:
        _show_difference(app, schedule, against, period=_period(app, schedule, begin=begin, end=end), format_=format_)
    else:
        ledger = app.existing_ledger()
        planned = app.plan(schedule, _period(app, schedule, begin=begin, end=end), ledger=ledger)
        states = _ledger_states(planned, ledger)
        if format_ is PlanFormat.ICS:
            _plan_ics(planned, states, made_at=app.clock.now())
        else:
            {PlanFormat.TEXT: _plan_text, PlanFormat.JSON: _plan_json}[format_](planned, states)
    _warn_about(loaded)


def preview(  # noqa: PLR0913  one parameter per option
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids or keys; everything when left out.")] = None,
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    begin: Begin = None,
    end: End = None,
    format_: Annotated[PreviewFormat, typer.Option("--format", help="How to print it.")] = PreviewFormat.TEXT,
    out: Annotated[Path | None, typer.Option(help="Folder for the HTML file.")] = None,
) -> None:
    """Show the words and bytes of what goes out; sends nothing, needs no credentials and no network."""
    from publisher.preview import Previewer

    app, schedule, loaded = _open(context)
    _known(schedule, [name.partition("/")[0] for name in ids or []], channel=channel)
    planned = app.plan(schedule, _period(app, schedule, begin=begin, end=end))
    wanted = [one for one in planned if _is_meant(one, ids or []) and channel in (None, one.channel.id)]
    found = [one for one in Previewer(app, schedule).previews(wanted) if lang in (None, one.language)]
    if format_ is PreviewFormat.HTML:
        _preview_html(found, app, out or Path("preview"))
    else:
        {PreviewFormat.TEXT: _preview_text, PreviewFormat.JSON: _preview_json}[format_](found)
    _warn_about(loaded)
    raise typer.Exit(1 if any(one.problems for one in found) or loaded.has_errors else 0)


def _open(context: typer.Context) -> tuple[App, Schedule, Loaded]:
    options: Globals = context.obj
    app = options.app()
    schedule, loaded = app.schedule()
    return app, schedule, loaded


def _period(app: App, schedule: Schedule, *, begin: str | None, end: str | None) -> Window:
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


def _is_meant(planned: Planned, ids: list[str]) -> bool:
    """Whether an id, a key, or the beginning of one up to a slash names this delivery."""
    return not ids or any(f"{planned.key}/".startswith(f"{name.rstrip('/')}/") for name in ids)


def _known(schedule: Schedule, ids: list[str], *, channel: str | None) -> None:
    """Raise `SettingsError` for names that the file does not have."""
    from publisher.schedulefile.names import suggestion

    known = [entry.source.id for entry in schedule.entries]
    for name in ids:
        if name not in known:
            raise SettingsError("the file has nothing of this id", subject=name, remedy=suggestion(name, known))
    if channel is not None and channel not in schedule.channels:
        raise SettingsError(
            "there is no such channel", subject=channel, remedy=suggestion(channel, list(schedule.channels))
        )


def _warn_about(loaded: Loaded) -> None:
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


def _plan_text(planned: list[Planned], states: dict[str, str]) -> None:
    day = None
    for one in planned:
        if one.local.date() != day:
            day = one.local.date()
            say(f"\n{one.local:%A, %d %B %Y}", style="bold")
        state = states.get(one.key, str(one.state))
        mark = "" if state == "planned" else f"  [{state}{': ' + one.reason if one.reason else ''}]"
        words = (
            f"  {one.local:%H:%M}  {one.channel.id:<14} {one.template:<15} {one.source_id} ({', '.join(one.languages)})"
        )
        say(words + mark, style=_STYLES.get(state, "red"))
    out = sum(one.goes_out for one in planned)
    say(f"\n{out} to go out, {len(planned) - out} not (drafts and skipped).")


def _plan_json(planned: list[Planned], states: dict[str, str]) -> None:
    print_json([plan_record(one, states.get(one.key, str(one.state))) for one in planned])


def plan_record(one: Planned, state: str) -> dict[str, object]:
    """A delivery as the public interface prints it."""
    return {
        "key": one.key,
        "occurrence": one.occurrence,
        "kind": str(one.kind),
        "source_id": one.source_id,
        "step": one.step,
        "template": one.template,
        "channel": one.channel.id,
        "channel_type": one.channel.type,
        "languages": list(one.languages),
        "local": wall(one.local),
        "timezone": one.channel.calendar.timezone,
        "utc": zulu(one.due_at),
        "state": state,
        "reason": one.reason,
    }


def _plan_ics(planned: list[Planned], states: dict[str, str], *, made_at: datetime) -> None:
    from publisher.feeds.plan_calendar import plan_calendar

    shown = [one for one in planned if one.goes_out and states.get(one.key) != "cancelled"]
    sys.stdout.buffer.write(plan_calendar(shown, revised_at=made_at))  # as it is: its lines end with CR LF


# --- preview --------------------------------------------------------------------------------------------------


def _preview_text(previews: list[Preview]) -> None:
    for one in previews:
        planned = one.planned
        chip = (
            ""
            if planned.state == "planned"
            else f"   [{planned.state}{': ' + planned.reason if planned.reason else ''}]"
        )
        say(f"{planned.source_id} · {planned.template} · {planned.channel.id} · {one.language}", style="bold")
        say(f"{planned.local:%A, %d %B %Y, %H:%M} ({planned.channel.calendar.timezone}){chip}")
        if one.composed is not None:
            _composed_text(one)
        for problem in one.problems:
            say(f"  ✗ {problem.message}", style="bold red")
            say(f"    → {problem.hint}")
        say()


def _composed_text(one: Preview) -> None:
    if one.composed is None:
        return
    draft, payload = one.composed.draft, one.composed.payload
    if draft.subject:
        say(f"  Subject:   {draft.subject}")
        say(f"  Preheader: {draft.preheader}")
    for line in draft.text.split("\n"):
        say(f"  │ {line}".rstrip())
    for media in draft.media:
        say(f"  [{media.path.name}]  ALT: {media.alt}")
    if payload.limit:
        say(f"  {payload.weight} of {payload.limit} characters", style="dim")


def _preview_json(previews: list[Preview]) -> None:
    print_json([_preview_record(one) for one in previews])


def _preview_record(one: Preview) -> dict[str, object]:
    planned, composed = one.planned, one.composed
    about: dict[str, object] = {
        "key": planned.key,
        "channel": planned.channel.id,
        "channel_type": planned.channel.type,
        "language": composed.draft.language if composed else one.language,
        "local": wall(planned.local),
        "utc": zulu(planned.due_at),
        "problems": [record(problem, Speaker()) for problem in one.problems],
    }
    if composed is None:
        return about
    draft, payload = composed.draft, composed.payload
    mail = {"subject": draft.subject, "preheader": draft.preheader, "html": draft.html} if draft.subject else {}
    return (
        about
        | mail
        | {
            "text": draft.text,
            "media": [{"file": str(media.path), "alt": media.alt} for media in draft.media],
            "weight": {"used": payload.weight, "limit": payload.limit},
            "payload": payload.body.decode("utf-8"),
            "sha256": payload.sha256,
        }
    )


def _preview_html(previews: list[Preview], app: App, folder: Path) -> None:
    from publisher.previewpage import preview_page

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    file.write_text(preview_page(previews, made_at=app.clock.now()), encoding="utf-8")
    say(f"{len(previews)} previews in {file}")

"""``publisher preview``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from publisher.cli.checks import record
from publisher.cli.common import print_json, say, wall, zulu
from publisher.cli.pausing import Paused
from publisher.cli.plans import Begin, End, cost_record, opened, period, show_costs, warn_about
from publisher.errors import SettingsError
from publisher.model import Severity
from publisher.sentences import Speaker

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.costs import Costs
    from publisher.model import Draft, Payload, Planned
    from publisher.preview import Preview
    from publisher.schedulefile.schedule import Schedule


_SIGNS = {
    Severity.ERROR: ("✗", "bold red"),
    Severity.WARNING: ("⚠", "yellow"),
    Severity.INFO: ("i", "dim"),
}


class PreviewFormat(StrEnum):
    """How previews are printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class _View(NamedTuple):
    """The previews, and what is known of them beside the file."""

    previews: list[Preview]
    costs: Costs
    paused: Paused


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(preview)


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
    from publisher.checking import has_errors
    from publisher.costs import costs_shown
    from publisher.preview import Previewer

    app, schedule, loaded = opened(context)
    _known(schedule, [name.partition("/")[0] for name in ids or []], channel=channel)
    planned = app.plan(schedule, period(app, schedule, begin=begin, end=end))
    wanted = [one for one in planned if _is_meant(one, ids or []) and channel in (None, one.channel.id)]
    previewer = Previewer(app, schedule)
    found = [one for one in previewer.previews(wanted) if lang in (None, one.language)]
    view = _View(found, costs_shown(found, previewer), Paused(app.existing_ledger()))
    if format_ is PreviewFormat.HTML:
        _preview_html(view, app, out or Path("preview"))
    else:
        {PreviewFormat.TEXT: _preview_text, PreviewFormat.JSON: _preview_json}[format_](view)
    warn_about(loaded)
    raise typer.Exit(1 if any(has_errors(one.problems) for one in found) or loaded.has_errors else 0)


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


def _preview_text(view: _View) -> None:
    for one in view.previews:
        planned = one.planned
        chip = (
            ""
            if planned.state == "planned"
            else f"   [{planned.state}{': ' + planned.reason if planned.reason else ''}]"
        )
        say(f"{planned.source_id} · {planned.template} · {planned.channel.id} · {one.language}", style="bold")
        say(f"{planned.local:%A, %d %B %Y, %H:%M} ({planned.channel.calendar.timezone}){chip}")
        if pause := view.paused.of(planned.channel.id):
            say(f"  [{pause}]", style="bold yellow")
        if one.composed is not None:
            _composed_text(one)
        if cost := view.costs.get(planned.key):
            say(f"  costs {cost}", style="dim")
        for problem in one.problems:
            sign, style = _SIGNS[problem.severity]
            say(f"  {sign} {problem.message}  [{problem.code}]", style=style)
            say(f"    → {problem.hint}")
        say()
    show_costs((one.planned for one in view.previews), view.costs)


def _composed_text(one: Preview) -> None:
    if one.composed is None:
        return
    draft, payload = one.composed.draft, one.composed.payload
    if draft.subject:
        say(f"  Subject:   {draft.subject}")
        say(f"  Preheader: {draft.preheader}")
    if payload.parts:
        _parts_text(draft, payload)
    else:
        _words_text(draft.text)
    for media in draft.media:
        say(f"  [{media.path.name}]  ALT: {media.alt}")
    if payload.limit and not payload.parts:
        _meter_text(payload)


def _parts_text(draft: Draft, payload: Payload) -> None:
    """A thread, each part with its own meter; the pictures, which follow, go with the first."""
    for number, (text, part) in enumerate(zip(draft.parts, payload.parts, strict=True), start=1):
        say(f"  part {number} of {len(payload.parts)}", style="dim")
        _words_text(text)
        _meter_text(part)


def _words_text(text: str) -> None:
    for line in text.split("\n"):
        say(f"  │ {line}".rstrip())


def _meter_text(payload: Payload) -> None:
    say(f"  {payload.weight} of {payload.limit} characters", style="dim")


def _preview_json(view: _View) -> None:
    print_json(
        [
            _preview_record(one)
            | {
                "cost": cost_record(view.costs.get(one.planned.key)),
                "paused": view.paused.record(one.planned.channel.id),
            }
            for one in view.previews
        ]
    )


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
            "weight": _weight_record(payload),
            "payload": payload.body.decode("utf-8"),
            "parts": [
                {"text": text, "weight": _weight_record(part), "payload": part.body.decode("utf-8")}
                for text, part in zip(draft.parts, payload.parts, strict=False)
            ],
            "sha256": payload.sha256,
        }
    )


def _weight_record(payload: Payload) -> dict[str, int]:
    return {"used": payload.weight, "limit": payload.limit}


def _preview_html(view: _View, app: App, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    file.write_text(_page(view, app), encoding="utf-8")
    say(f"{len(view.previews)} previews in {file}")


def _page(view: _View, app: App) -> str:
    from publisher.previewpage import preview_page

    notes = {}
    for one in view.previews:
        cost, pause = view.costs.get(one.planned.key), view.paused.of(one.planned.channel.id)
        notes[one.planned.key] = [words for words in (str(pause or ""), f"costs {cost}" if cost else "") if words]
    return preview_page(view.previews, notes=notes, made_at=app.clock.now())

"""``publisher preview``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.approving import approval_record
from publisher.cli.checks import record
from publisher.cli.common import Globals, print_json, say, wall, zulu
from publisher.cli.plans import Begin, End, cost_record, show_costs, warn_about
from publisher.errors import SettingsError
from publisher.sentences import Speaker
from publisher.uncollected import uncollected

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.cli.previewdata import View
    from publisher.model import Payload
    from publisher.preview import Preview


class PreviewFormat(StrEnum):
    """How previews are printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


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
    is_watching: Annotated[
        bool, typer.Option("--watch", help="Serve the page on this computer, and show it anew after each edit.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the page with --watch; any free one when left out.")] = 0,
) -> None:
    """Show the words and bytes of what goes out; sends nothing, needs no credentials and no network."""
    from publisher.cli.previewdata import Wanted, gather

    options: Globals = context.obj
    wanted = Wanted(ids=ids or (), channel=channel, language=lang, begin=begin, end=end)
    if is_watching:
        from publisher.cli.previewserver import serve

        _check_port(port)
        serve(options, wanted, port=port)
        return
    app = options.app()
    with uncollected():
        view = gather(app, wanted)
        if format_ is PreviewFormat.HTML:
            _preview_html(view, app, out or Path("preview"))
        elif format_ is PreviewFormat.JSON:
            _preview_json(view, app)
        else:
            _preview_text(view, app)
    warn_about(view.loaded)
    raise typer.Exit(1 if view.has_errors else 0)


def _check_port(port: int) -> None:
    if not 0 <= port <= 65535:  # noqa: PLR2004  the last port of TCP
        raise SettingsError("there is no such port", subject=f"--port {port}", remedy="take one from 1024 to 65535")


def _preview_text(view: View, app: App) -> None:
    from publisher.cli.frames import framed, print_lines, signs, timeline

    now, drawn = app.clock.now(), signs()
    print_lines(timeline(view, now=now))
    for one in view.previews:
        print_lines(framed(one, view=view, now=now, drawn=drawn))
    show_costs((one.planned for one in view.previews), view.costs)


def _preview_json(view: View, app: App) -> None:
    from publisher.previewpage.chips import chips_of

    now = app.clock.now()
    print_json(
        [
            _preview_record(one)
            | {
                "cost": cost_record(view.costs.get(one.planned.key)),
                "paused": view.paused.record(one.planned.channel.id),
                "approval": approval_record(one),
                "chips": [chip.words for chip in chips_of(one.planned, [one], now=now)],
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


def _preview_html(view: View, app: App, folder: Path) -> None:
    from publisher.cli.previewdata import showing
    from publisher.previewpage.page import preview_page

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    file.write_text(preview_page(showing(view, app)), encoding="utf-8")
    say(f"{len(view.previews)} previews in {file}")

"""``publisher corrections``: what is out and now wrong, and what to write into the file to put it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, wall, zulu
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.corrections import Correction


class CorrectionFormat(StrEnum):
    """How corrections are printed."""

    TEXT = "text"
    JSON = "json"


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(corrections)


def corrections(
    context: typer.Context,
    event: Annotated[str, typer.Argument(metavar="[ID]", help="Only this event.")] = "",
    *,
    format_: Annotated[CorrectionFormat, typer.Option("--format", help="How to print it.")] = CorrectionFormat.TEXT,
) -> None:
    """List what is out and wrong since an event was cancelled, postponed or changed; with words to correct it."""
    from publisher.corrections import Proofreader

    options: Globals = context.obj
    app = options.app()
    schedule, _ = app.schedule()
    if event and not any(entry.name == f"events/{event}" for entry in schedule.entries):
        raise SettingsError("the file has no such event", subject=event, remedy="copy its id from the file")
    found: list[Correction] = []
    if (ledger := app.existing_ledger()) is not None:
        with closing(ledger):
            found = [
                one for one in Proofreader(app, ledger, schedule).corrections() if event in ("", one.row.source_id)
            ]
    if format_ is CorrectionFormat.JSON:
        print_json([_record(one, found) for one in found])
        return
    for one in found:
        _show(one)
    _show_changes(found)


def _show(one: Correction) -> None:
    sent = f"{one.sent_at:%Y-%m-%d %H:%M} UTC" if one.sent_at else "nobody knows when"
    say(f"{one.row.source_id} · {one.row.template} · {one.channel.id} · {', '.join(one.row.languages)}", style="bold")
    say(f"  {one.row.state} {sent}  {one.row.remote_url}".rstrip())
    say(f"  wrong now: {one.why}", style="bold red")
    for preview in one.previews:
        if preview.composed is None:
            for problem in preview.problems:
                say(f"  ✗ {problem.message}")
                say(f"    → {problem.hint}")
            continue
        say(f"  correction in {preview.language} ({one.template}):")
        for line in _words(one)[preview.language].splitlines():
            say(f"  │ {line}".rstrip())
    say()


def _words(one: Correction) -> dict[str, str]:
    """The text of the correction by language; that of a mail begins with its subject."""
    drafts = {preview.language: preview.composed.draft for preview in one.previews if preview.composed}
    return {
        language: f"{draft.subject}\n\n{draft.text}" if draft.subject else draft.text
        for language, draft in drafts.items()
    }


def _show_changes(found: list[Correction]) -> None:
    if not found:
        say("Nothing that is out is wrong now, as far as the file and the ledger tell.")
        return
    say("To send these corrections, write into the file:", style="bold")
    for event, lines in _changes(found).items():
        say(f"  # events/{event}")
        say("    changes:")
        for line in lines:
            say(f"      {line}")


def _changes(found: Iterable[Correction]) -> dict[str, list[str]]:
    """The lines for each event: channels that get the same at the same time stand in one."""
    channels: dict[tuple[str, str, str, str], dict[str, None]] = defaultdict(dict)
    for one in found:
        slot = (one.row.source_id, f"{one.local:%Y-%m-%d %H:%M}", one.template, _audience(one))
        channels[slot][one.channel.id] = None
    lines: dict[str, list[str]] = defaultdict(list)
    for (event, local, template, audience), to in channels.items():
        lines[event].append(f"- {{ add: {local}, template: {template}, to: [{', '.join(to)}]{audience} }}")
    return lines


def _audience(one: Correction) -> str:
    """A mail that corrects another goes to those who got that one; of some templates this is known."""
    from publisher.corrections import TELLS

    return ", correction: yes" if one.channel.audience and one.template not in TELLS.values() else ""


def _record(one: Correction, found: list[Correction]) -> dict[str, object]:
    return {
        "key": one.row.key,
        "event": one.row.source_id,
        "channel": one.channel.id,
        "state": str(one.row.state),
        "sent_utc": zulu(one.sent_at) if one.sent_at else "",
        "remote_url": one.row.remote_url,
        "why": one.why,
        "template": one.template,
        "local": wall(one.local),
        "timezone": one.channel.calendar.timezone,
        "texts": _words(one),
        "changes": _changes([other for other in found if other.row.source_id == one.row.source_id])[one.row.source_id],
    }

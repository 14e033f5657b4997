"""``publisher pause`` and ``publisher resume``; and how other commands show a pause."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say, zulu
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Pause

Channels = Annotated[list[str] | None, typer.Argument(metavar="CHANNEL", help="Every channel when left out.")]
Who = Annotated[str, typer.Option("--as", help="Your name, for the record.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(pause)
    cli.command()(resume)


def pause(
    context: typer.Context,
    channels: Channels = None,
    *,
    why: Annotated[str, typer.Option(help="The reason; it is shown wherever the pause is.")],
    who: Who = "",
) -> None:
    """Let nothing go out for now; what gets too late meanwhile is never sent."""
    from publisher.ledger.records import Pause

    if not why.strip():
        raise SettingsError("a pause needs a reason", subject="--why", remedy='write it like --why "the office moves"')
    options: Globals = context.obj
    app = options.app()
    _check_names(channels or [], known=app.schedule()[0].channels)
    with closing(app.open_ledger()) as ledger:
        for name in channels or [""]:
            since = app.clock.now()
            ledger.pauses.begin(Pause(channel=name, since=since, why=why.strip(), who=who or getpass.getuser()))
        show_pauses(ledger, line=say)


def resume(context: typer.Context, channels: Channels = None) -> None:
    """Let things go out again, as far as it is not too late for them."""
    options: Globals = context.obj
    with closing(options.app().open_ledger()) as ledger:
        paused = [one.channel for one in ledger.pauses.all()]
        wanted = channels or paused
        for name in wanted:
            if name not in paused:
                raise _not_paused(name, everything="" in paused)
        for name in wanted:
            ledger.pauses.end(name)
            say(f"{name or 'everything'}: goes on")
        if not wanted:
            say("nothing is paused")


def _check_names(names: Iterable[str], *, known: Iterable[str]) -> None:
    channels = list(known)
    for name in names:
        if name not in channels:
            raise SettingsError(
                "there is no such channel", subject=name, remedy=f"there are: {', '.join(channels) or 'none'}"
            )


def _not_paused(name: str, *, everything: bool) -> SettingsError:
    if everything:
        return SettingsError(
            "it is paused together with everything else", subject=name, remedy="let everything go on: publisher resume"
        )
    return SettingsError("it is not paused", subject=name, remedy="see what is: publisher status")


def show_pauses(ledger: Ledger | None, *, line: Callable[[str], None]) -> None:
    """Print each pause with ``line``."""
    for one in ledger.pauses.all() if ledger is not None else []:
        who = f" ({one.who})" if one.who else ""
        line(f"{one.channel or 'Every channel'} is {one}{who}; to go on: publisher resume {one.channel}".rstrip())


class Paused:
    """Which channels are paused, read once."""

    def __init__(self, ledger: Ledger | None) -> None:
        self._pauses = {one.channel: one for one in ledger.pauses.all()} if ledger is not None else {}

    def of(self, channel: str) -> Pause | None:
        """The pause that holds for a channel."""
        return self._pauses.get("") or self._pauses.get(channel)

    def record(self, channel: str) -> dict[str, str] | None:
        """The same as the public interface prints it."""
        found = self.of(channel)
        return {"since": zulu(found.since), "why": found.why} if found is not None else None

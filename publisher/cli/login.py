"""``publisher login``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say, warn
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.model import Channel


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(login)


def login(
    context: typer.Context, channel_id: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the file.")]
) -> None:
    """Get the credentials of a channel step by step, try them, and keep them where only publisher's user reads them."""
    from publisher.abilities import Enrollable, Login
    from publisher.logs import configure
    from publisher.settings import ChannelSettings

    options: Globals = context.obj
    configure(level=_WARNING, redact=options.redactor())
    app = options.app()
    channel = _channel(app, channel_id)
    transport = app.transports[channel.type]
    if not isinstance(transport, Enrollable):
        raise SettingsError(
            "this type of channel has no login", subject=channel_id, remedy="see docs/credentials.md for its settings"
        )
    settings = ChannelSettings(channel.id, app.options.values)
    gained = transport.log_in(Login(channel=channel, settings=settings, clock=app.clock, prompts=Terminal()))
    with settings.exclusively():
        for name, value in gained.items():
            if value is None:
                settings.forget(name)
            else:
                settings.keep(name, value)
    _tell(app, channel, gained)


_WARNING = 30  #: logging.WARNING, without importing logging for --help


def _channel(app: App, channel_id: str) -> Channel:
    schedule, _ = app.schedule()
    channel = schedule.channels.get(channel_id)
    if channel is None:
        raise SettingsError(
            f"there is no channel “{channel_id}” in {app.options.schedules}",
            remedy=f"use one of: {', '.join(schedule.channels)}",
        )
    return channel


def _tell(app: App, channel: Channel, gained: Mapping[str, str | None]) -> None:
    from publisher.settings import KEPT_IN, variable

    say(f"Kept in {app.options.values[KEPT_IN]}, readable by this user only.", style="green")
    for name in gained:
        full = variable(channel.id, name)
        for other in (full, f"{full}_FILE"):
            if app.options.values.get(other):
                warn(f"publisher: {other} is set in the environment or in .env, and goes before → delete it there")
    say("Now run: publisher doctor")


class Terminal:
    """Asks on the terminal (`publisher.abilities.Prompts`). Ctrl-D or Ctrl-C ends it."""

    def tell(self, words: str) -> None:
        """Say something."""
        say(words)

    def ask(self, question: str, *, default: str = "") -> str:
        """What was typed, without blanks around it."""
        shown = f"{question} [{default}]: " if default else f"{question}: "
        sys.stderr.write(shown)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise _ended()
        return line.strip() or default

    def ask_secret(self, question: str) -> str:
        """The same, and what is typed is not shown."""
        if not sys.stdin.isatty():
            return self.ask(question)
        try:
            return getpass(f"{question} (not shown): ").strip()
        except EOFError:
            raise _ended() from None

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        """The key of one of the choices; the only one is not asked for."""
        keys = list(choices)
        if len(keys) == 1:
            say(f"{question} {choices[keys[0]]}")
            return keys[0]
        say(question)
        for number, key in enumerate(keys, start=1):
            say(f"  {number}  {choices[key]}")
        while True:
            typed = self.ask("Number", default="1")
            if typed in {str(number) for number in range(1, len(keys) + 1)}:
                return keys[int(typed) - 1]
            say(f"That is none of 1 to {len(keys)}.")


def _ended() -> SettingsError:
    return SettingsError("the login was not finished", remedy="nothing was kept; run it again")

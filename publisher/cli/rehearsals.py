"""``publisher rehearse``, ``demo`` and ``sandbox``: nothing real is touched."""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from contextlib import ExitStack, closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, print_json, say, warn, window
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.model import Channel
    from publisher.plan import Window
    from publisher.rehearsal import Rehearsal, Report

_DEMO_BEGIN, _DEMO_END = "2019-08-01", "2023-07-31"


class RehearsalFormat(StrEnum):
    """How the closing table is printed."""

    TEXT = "text"
    JSON = "json"


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    for command in (rehearse, demo, sandbox):
        cli.command()(command)


def rehearse(
    context: typer.Context,
    *,
    begin: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    format_: Annotated[
        RehearsalFormat, typer.Option("--format", help="How to print the result.")
    ] = RehearsalFormat.TEXT,
) -> None:
    """Play the file from one day to another on a simulated clock, against stand-ins on this computer."""
    options: Globals = context.obj
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        period = _days(options.schedules, begin, end)
        rehearsal = _rehearsal(options, options.schedules, folder=Path(folder), period=period)
        with ExitStack() as stack:
            stack.enter_context(rehearsal.sandbox)
            known = options.app().existing_ledger()
            if known is not None:
                stack.enter_context(closing(known))
            report = rehearsal.run(known=known)
    _print(report, format_)
    raise typer.Exit(0 if report.agrees else 1)


def demo(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="Where the page is shown afterwards; 0: any free port.")] = 0,
) -> None:
    """Rehearse the real calendar of the project Next2Met, 2019 to 2023, and show every post and mail."""
    from publisher.shipped import shipped

    options: Globals = context.obj
    calendar = shipped("examples") / "next2met" / "schedules.yaml"
    say("Rehearsing four years of the Next2Met calendar, August 2019 to July 2023.")
    say("Nothing leaves this computer: everything goes to stand-ins. This takes up to a minute.\n")
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        period = _days(calendar, _DEMO_BEGIN, _DEMO_END)
        rehearsal = _rehearsal(options, calendar, folder=Path(folder), period=period, port=port)
        with rehearsal.sandbox:
            report = rehearsal.run()
            _print(report, RehearsalFormat.TEXT)
            _show_demo(report, rehearsal.sandbox.http_url)
    raise typer.Exit(0 if report.agrees else 1)


def _show_demo(report: Report, url: str) -> None:
    """The page of what went out, as long as somebody is there who can look at it and end it."""
    if not report.agrees:
        warn("It did not go out as planned: see the lines with DIFFER, and the reasons below them.")
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _serve(f"\nLook at every post and mail, in a browser: {url}   (Ctrl-C ends)")
    else:
        say("\nStart it in a terminal to look at every post and mail in a browser afterwards.")


def sandbox(
    *,
    http_port: Annotated[int, typer.Option(help="Port of the page and of the stand-ins for X and Graph.")] = 8025,
    smtp_port: Annotated[int, typer.Option(help="Port of the mail server.")] = 1025,
    channels: Annotated[
        list[str] | None, typer.Option("--channel", metavar="TYPE=ID", help="Print the settings for such a channel.")
    ] = None,
) -> None:
    """Run the stand-ins for X, Facebook and a mail server until stopped."""
    from publisher.clock import SystemClock
    from publisher.logs import configure
    from publisher.sandbox import Sandbox
    from publisher.settings import variable

    configure(level=logging.WARNING)
    wanted = channels or ["twitter=twitter", "facebook=facebook", "email=email"]
    with Sandbox(clock=SystemClock(), http_port=http_port, smtp_port=smtp_port) as running:
        say("Put these into the environment or a .env file to use the stand-ins:\n")
        for given in wanted:
            channel = _sandbox_channel(given)
            for name, value in running.settings_for(channel).items():
                say(f"{variable(channel.id, name)}={value}")
        _serve(f"\nLook at what arrives: {running.http_url}   (Ctrl-C ends)")


def _sandbox_channel(given: str) -> Channel:
    from publisher.model import Calendar, Channel

    type_, equals, name = given.partition("=")
    if not equals or not name:
        raise SettingsError(
            f"“{given}” names no channel", subject="--channel", remedy="write it like twitter=my-channel"
        )
    return Channel(id=name, type=type_, languages=("en",), calendar=Calendar(timezone="UTC"))


def _rehearsal(options: Globals, schedules: Path, *, folder: Path, period: Window, port: int = 0) -> Rehearsal:
    from publisher.logs import configure
    from publisher.rehearsal import Rehearsal

    configure(level=logging.INFO if options.verbose else logging.ERROR, redact=options.redactor())
    return Rehearsal(schedules=schedules, templates=options.templates, folder=folder, window=period, http_port=port)


def _days(schedules: Path, begin: str, end: str) -> Window:
    """The days from one to the other on the clock of the file's first channel."""
    from publisher.app import App, Options
    from publisher.clock import SystemClock

    clock = SystemClock()
    schedule, _ = App(Options(schedules=schedules, database=""), clock=clock).schedule()
    zones = [channel.calendar.timezone for channel in schedule.channels.values()]
    return window(begin, end, now=clock.now(), timezone=zones[0] if zones else "UTC")


def _print(report: Report, format_: RehearsalFormat) -> None:
    if format_ is RehearsalFormat.JSON:
        print_json(
            {
                "agrees": report.agrees,
                "seconds": round(report.seconds, 1),
                "channels": [
                    {
                        "channel": count.channel,
                        "type": count.type,
                        "planned": count.planned,
                        "sent": count.sent,
                        "expected": count.expected,
                        "arrived": count.arrived,
                        "agrees": count.agrees,
                    }
                    for count in report.counts
                ],
                "unsettled": list(report.unsettled),
            }
        )
        return
    width = max(len(name) for name in ("channel", *(count.channel for count in report.counts))) + 2
    say(f"{'channel':<{width}}planned   sent   expected   arrived", style="bold")
    for count in report.counts:
        line = f"{count.channel:<{width}}{count.planned:>7}{count.sent:>7}{count.expected:>11}{count.arrived:>10}"
        say(f"{line}   {'agree' if count.agrees else 'DIFFER'}", style="green" if count.agrees else "bold red")
    total = sum(count.arrived for count in report.counts)
    say(f"\n{total} posts and mails in {report.seconds:.1f} s.")
    say("“expected” counts each part of a thread, and each reader of a list.")
    for line in report.unsettled:
        warn(f"not sent: {line}")


def _serve(invitation: str) -> None:
    """Wait until somebody stops it."""
    say(invitation)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("\nEnded.")

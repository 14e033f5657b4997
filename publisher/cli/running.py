"""``publisher run``: the daemon."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, parse_instant, say, warn
from publisher.errors import MissingCredential, PublisherError, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.interfaces import Clock
    from publisher.ledger.ledger import Ledger
    from publisher.model import Channel


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(run)


def run(
    context: typer.Context,
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Channels without credentials post to stand-ins on this computer.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Do what is due, then exit.")] = False,
    now: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="With --once: take this as the present, e.g. 2027-05-07T10:00:00Z."),
    ] = None,
) -> None:
    """Send what is due, at its time, until stopped (Ctrl-C or SIGTERM)."""
    from publisher.lock import only_one
    from publisher.logs import configure

    options: Globals = context.obj
    if now is not None and not once:
        raise SettingsError(
            "a fixed time needs --once", subject="--now", remedy="add --once, or use publisher rehearse"
        )
    configure(level=logging.DEBUG if options.verbose else logging.INFO)
    clock = _clock(now)
    with ExitStack() as stack:
        app = _app(options, clock, stack if sandbox else None)
        stack.enter_context(only_one(_lock_file(app)))
        ledger = app.open_ledger()
        stack.callback(ledger.close)
        ready = _check_credentials(app)
        problems = _once(app, ledger) if once else _daemon(app, ledger)
    raise typer.Exit(0 if ready and not problems else 1)


def _clock(now: str | None) -> Clock:
    from publisher.clock import SimulatedClock, SystemClock

    return SimulatedClock(parse_instant(now, "--now")) if now is not None else SystemClock()


def _app(options: Globals, clock: Clock, stack: ExitStack | None) -> App:
    """The parts; with a stack also a sandbox that lives as long as it."""
    if stack is None:
        return options.app(clock=clock)
    from publisher.interfaces import Settings
    from publisher.sandbox import Sandbox
    from publisher.settings import ChannelSettings, FixedSettings

    sandbox = stack.enter_context(Sandbox(clock=clock))
    values = options.environment()
    say(f"Sandbox: {sandbox.http_url} shows what goes out on channels without credentials.")

    def accounts(channel: Channel) -> list[Settings]:
        own = ChannelSettings(channel.id, values)
        return [own, FixedSettings(channel.id, sandbox.settings_for(channel))]

    return options.app(clock=clock, accounts=accounts)


def _lock_file(app: App) -> Path:
    file = app.database_file
    return file.with_name(f"{file.name}.lock") if file is not None else Path("var/publisher.lock")


def _check_credentials(app: App) -> bool:
    """Name every channel that can't send, before anything is due. Raises when none can."""
    schedule, _ = app.schedule()
    faults: list[PublisherError] = []
    for channel in schedule.channels.values():
        try:
            app.connect(channel).close()
        except SettingsError as error:
            faults.append(error)
    for fault in faults:
        warn(f"publisher: {fault}")
    if faults and len(faults) == len(schedule.channels):
        missing = isinstance(faults[0], MissingCredential)
        raise SettingsError(
            "no channel has credentials" if missing else "no channel can be used",
            remedy="put them into the environment or .env (docs/credentials.md), or try: publisher run --sandbox",
        )
    return not faults


def _once(app: App, ledger: Ledger) -> int:
    """Do what is due; gives how many deliveries did not get out that should have."""
    from publisher.daemon import Daemon
    from publisher.ledger.states import OUT

    daemon = Daemon(app, ledger, stop=threading.Event())
    try:
        daemon.once()
    finally:
        daemon.close()
    late = [row for row in ledger.deliveries.due(app.clock.now()) if row.state not in OUT]
    for row in late:
        warn(f"not sent: {row.key}: {row.reason or row.state}")
    unsure = [row for row in ledger.deliveries.all() if row.state in ("unknown", "needs_human")]
    for row in unsure:
        warn(f"uncertain: {row.key}: {row.reason}")
    failed = [row for row in ledger.deliveries.all() if row.state == "failed"]
    for row in failed:
        warn(f"refused: {row.key}: {row.reason}")
    return len(late) + len(unsure) + len(failed)


def _daemon(app: App, ledger: Ledger) -> int:
    from publisher.alarm import RealAlarm
    from publisher.daemon import Daemon

    stop = threading.Event()
    alarm = RealAlarm(app.clock)
    with _signals(stop, alarm):
        daemon = Daemon(app, ledger, stop=stop)
        say(f"publisher runs {app.options.schedules}; stop it with Ctrl-C.")
        try:
            daemon.run(alarm)
        finally:
            daemon.close()
    say("publisher has stopped; everything under way was finished and recorded.")
    return 0


@contextmanager
def _signals(stop: threading.Event, alarm: object) -> Iterator[None]:
    """SIGTERM and SIGINT ask for a clean stop; a second one gets its usual effect."""
    ring = getattr(alarm, "ring", lambda: None)

    def ask(number: int, _frame: object) -> None:
        stop.set()
        ring()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

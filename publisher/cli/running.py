"""``publisher run``: the daemon."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.bouncing import fetch_once, fetched
from publisher.cli.common import Globals, parse_instant, say, warn
from publisher.cli.overseeing import Overseer, what_is_asked
from publisher.cli.stopping import signals
from publisher.errors import MissingCredential, PublisherError, SettingsError
from publisher.uncollected import uncollected

if TYPE_CHECKING:
    from publisher.alerts import Notifier
    from publisher.app import App
    from publisher.clockwatch import ClockWatch
    from publisher.heart import Heart
    from publisher.importing.addresses import Address
    from publisher.interfaces import Clock
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Delivery
    from publisher.model import Channel
    from publisher.schedulefile.schedule import Schedule


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
    clock_is_right: Annotated[
        bool,
        typer.Option("--clock-is-right", help="Go on after a jump of the clock: you looked, it is right."),
    ] = False,
) -> None:
    """Send what is due, at its time, until stopped (Ctrl-C or SIGTERM)."""
    from publisher.lock import only_one
    from publisher.logs import configure

    _load()
    options: Globals = context.obj
    if now is not None and not once:
        raise SettingsError(
            "a fixed time needs --once", subject="--now", remedy="add --once, or use publisher rehearse"
        )
    configure(level=logging.DEBUG if options.verbose else logging.INFO, redact=options.redactor())
    clock = _clock(now)
    with only_one(options.app().beside_ledger(".lock")), ExitStack() as stack:
        app = _app(options, clock, stack if sandbox else None)
        ledger = stack.enter_context(closing(app.open_ledger()))
        notifier = stack.enter_context(closing(_notifier(app)))
        heart = stack.enter_context(_heart(app, ledger, notifier, is_believed=clock_is_right))
        overseer = Overseer(app, ledger, notifier, is_allowed=_allowed(in_sandbox=sandbox))
        work = _once if once else _daemon
        all_well = work(app, ledger, heart=heart, overseer=overseer)
    raise typer.Exit(0 if all_well else 1)


def _load() -> None:
    """All that is needed for sending, at once: mails of a mailing that was broken off wait for it."""
    with uncollected():
        import publisher.app
        import publisher.daemon
        import publisher.delivery.deliver
        import publisher.ledger.ledger  # noqa: F401  loaded, and used where it is needed


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


def _allowed(*, in_sandbox: bool) -> Callable[[Address], bool]:
    """Where links may lead; in the sandbox to this computer, too."""
    from publisher.importing.addresses import is_public

    return (lambda _address: True) if in_sandbox else is_public


def _notifier(app: App) -> Notifier:
    from publisher.alerts.configured import notifier

    return notifier(app.options.values, clock=app.clock)


@contextmanager
def _heart(app: App, ledger: Ledger, notifier: Notifier, *, is_believed: bool) -> Iterator[Heart]:
    """The heart of the one daemon that this ledger has, once it is sure that the ledger is the right one."""
    from publisher.heart import Heart, adopt

    beside = app.beside_ledger(".pulse")
    with ledger.only_one() as leads:
        if app.database_file is None:
            adopt(ledger, beside)
        watch = _watch(app, ledger, is_believed=is_believed)
        heart = Heart(ledger, beside=beside, watch=watch, notifier=notifier, leads=leads)
        heart.begin()
        yield heart


def _watch(app: App, ledger: Ledger, *, is_believed: bool) -> ClockWatch | None:
    """What doubts the clock; nobody does when it stands still."""
    from publisher.clock import SystemClock
    from publisher.clockwatch import ClockWatch
    from publisher.heart import last_sighting

    if not isinstance(app.clock, SystemClock):
        return None
    watch = ClockWatch(app.clock, last=last_sighting(ledger.pulse.read()))
    if is_believed:
        watch.believe()
    return watch


def _check_credentials(app: App, schedule: Schedule) -> bool:
    """Name every channel that can't send, before anything is due. Raises when none can."""
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


def _once(app: App, ledger: Ledger, *, heart: Heart, overseer: Overseer) -> bool:
    """Do what is due; gives whether all of it got out."""
    from publisher.daemon import Daemon

    if not heart.beat():
        raise PublisherError("nothing is sent: the clock can't be right", remedy="see: publisher status")
    before = {row.key: row for row in ledger.deliveries.all()}
    stop = threading.Event()
    with signals(stop):
        daemon = Daemon(app, ledger, stop=stop, notifier=overseer.notifier, heart=heart)
        try:
            ready = _check_credentials(app, daemon.schedule)
            daemon.once()
            overseer.tell_now(daemon)
            fetch_once(app, ledger, stop)
        finally:
            daemon.close()
    after = [row for row in ledger.deliveries.all() if row != before.get(row.key)]
    late = [row for row in ledger.deliveries.open() if row.due_at <= app.clock.now()]
    broken = ["the file has errors, what was planned before stays in force: publisher check"]
    broken = broken if ledger.breakages.current() else []
    troubles = [*broken, *_troubles(after), *(f"not sent: {row.key}: {row.reason or row.state}" for row in late)]
    for trouble in troubles:
        warn(trouble)
    return ready and not troubles


def _troubles(rows: Iterable[Delivery]) -> Iterator[str]:
    """What a person should know of deliveries that are over, or uncertain."""
    from publisher.model import DeliveryState

    words = {
        DeliveryState.UNKNOWN: "uncertain",
        DeliveryState.NEEDS_HUMAN: "uncertain",
        DeliveryState.FAILED: "refused",
        DeliveryState.EXPIRED: "expired",
    }
    return (f"{words[row.state]}: {row.key}: {row.reason}" for row in rows if row.state in words)


def _daemon(app: App, ledger: Ledger, *, heart: Heart, overseer: Overseer) -> bool:
    from publisher.alarm import RealAlarm
    from publisher.daemon import Daemon
    from publisher.edits import PATIENCE
    from publisher.oversight.turns import Turns
    from publisher.watching import Watch

    stop, turns, asked = threading.Event(), Turns(), what_is_asked(app)
    alarm = RealAlarm(app.clock)
    with closing(alarm), signals(stop, alarm.ring):
        while not heart.beat():  # before anything is planned: the plan counts from the present, too
            alarm.wait(None)
            if stop.is_set():
                return True
        daemon = Daemon(app, ledger, stop=stop, notifier=overseer.notifier, patience=PATIENCE, heart=heart)
        try:
            _check_credentials(app, daemon.schedule)
            say(f"publisher runs {app.options.schedules}; stop it with Ctrl-C.")
            watch = Watch(app.options.schedules, folders=app.template_folders, ring=alarm.ring)
            with closing(watch), overseer.over(daemon, turns, asked), fetched(app, ledger, stop):
                daemon.run(alarm, after_turn=turns.note)
        finally:
            daemon.close()
    say("publisher has stopped; everything under way was finished.")
    return True

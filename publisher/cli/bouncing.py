"""``publisher bounces``: mails that came back, from files and from a mailbox, and what they come to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.common import Globals, print_json, say, warn, zulu
from publisher.cli.disclosing import Shown, note_disclosure
from publisher.errors import PublisherError, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.incoming.fetching import Fetching
    from publisher.incoming.files import FoundMail
    from publisher.incoming.recording import Effect, Recorder
    from publisher.ledger.ledger import Ledger

_YEAR = timedelta(days=365)


class BounceFormat(StrEnum):
    """How bounces are printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[BounceFormat, typer.Option("--format", help="How to print it.")]

bounces = typer.Typer(name="bounces", help="Mails that came back.", no_args_is_help=True, rich_markup_mode=None)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    for command in (ingest, fetch, scores):
        bounces.command()(command)
    cli.add_typer(bounces)


def ingest(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Mails, mbox files, Maildir folders; also .gz.")],
    *,
    format_: Format = BounceFormat.TEXT,
    is_recorded: Annotated[
        bool, typer.Option("--record/--no-record", help="Count what is about our readers, if there is a ledger.")
    ] = True,
    show_addresses: Shown = False,
) -> None:
    """Read mails that came back, and say of each whom it is about, why, and what follows."""
    options: Globals = context.obj
    app = options.app()
    show = _printer(is_whole=show_addresses)
    if show_addresses:
        note_disclosure(options, "mails that came back")
    ledger = app.existing_ledger() if is_recorded else None
    try:
        reading = _Ingestion(app, _recorder(app, ledger) if ledger is not None else None)
        if format_ is BounceFormat.JSON:
            print_json(list(reading.lines(files)))
        else:
            for line in reading.lines(files):
                show(line)
    finally:
        if ledger is not None:
            ledger.close()
    raise typer.Exit(1 if reading.failures else 0)


def fetch(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, then exit.")] = False,
) -> None:
    """Read the mailbox where bounces arrive, every few minutes (`publisher run` does it, too)."""
    from publisher.cli.stopping import signals
    from publisher.logs import configure

    options: Globals = context.obj
    configure(level=logging.DEBUG if options.verbose else logging.INFO, redact=options.redactor())
    app, stop = options.app(), threading.Event()
    with closing(app.open_ledger()) as ledger, signals(stop):
        fetching = fetching_of(app, ledger, is_stopping=stop.is_set)
        if fetching.asked.inbox is None:
            raise SettingsError(
                "there is no mailbox to read",
                subject="PUBLISHER_BOUNCES_IMAP_URL",
                remedy="set it like imaps://user:password@mail.example.org/INBOX (docs/bounces.md)",
            )
        if once:
            moved = fetching.round()
            say("1 mail was read and moved." if moved == 1 else f"{moved} mails were read and moved.")
            return
        while not stop.is_set():
            _try(fetching.round)
            stop.wait(fetching.asked.every.total_seconds())


@contextmanager
def fetched(app: App, ledger: Ledger, stop: threading.Event) -> Iterator[None]:
    """The mailbox is read meanwhile, if there is one, and refusals of mailings count. Raises `SettingsError`."""
    from publisher.incoming.configured import asked
    from publisher.oversight.rounds import AFTER_START, Rounds

    every = asked(app.options.values).every
    fetching = cache(lambda: fetching_of(app, ledger, is_stopping=stop.is_set))  # takes a while to load
    with closing(Rounds("bounces", lambda: fetching().act(), every=every, first=AFTER_START)):
        yield


def fetch_once(app: App, ledger: Ledger, stop: threading.Event) -> None:
    """One such look after a single round of sending; what goes wrong is said, and spoils nothing."""
    _try(fetching_of(app, ledger, is_stopping=stop.is_set).round)


def scores(
    context: typer.Context,
    *,
    format_: Format = BounceFormat.TEXT,
    show_addresses: Shown = False,
) -> None:
    """Show whose mails came back within a year, what that comes to now, and what was done."""
    options: Globals = context.obj
    app = options.app()
    ledger = app.existing_ledger()
    rows: list[dict[str, Any]] = []
    if show_addresses:
        note_disclosure(options, "scores of bounces")
    if ledger is not None:
        with closing(ledger):
            rows = list(_scores(app, ledger, is_whole=show_addresses))
    if format_ is BounceFormat.JSON:
        print_json(rows)
        return
    for row in rows:
        person = row["address"] or f"#{row['person'][:8]}"
        came = f"{row['bounces']}, last {row['last']} {row['reason']}"
        say(f"{row['score']:5.1f}  {person}  {came}: {row['action']}")
    if not rows:
        say("Nothing came back.")


def fetching_of(app: App, ledger: Ledger, *, is_stopping: Callable[[], bool]) -> Fetching:
    """What reads the mailbox, with what the schedule file says of contact and audiences, if there is one."""
    from publisher.incoming.configured import asked
    from publisher.incoming.fetching import Fetching

    return Fetching(
        ledger=ledger,
        asked=asked(app.options.values),
        key=lambda: app.list_key,
        clock=app.clock,
        audiences=lambda: _audiences(app),
        lists_of=lambda channel: _lists_of(app, channel),
        contact=lambda: _contact(app),
        is_stopping=is_stopping,
    )


@dataclass(slots=True)
class _Ingestion:
    """Reads files; what can't be read is said, and the rest goes on."""

    app: App
    recorder: Recorder | None
    failures: int = 0

    def lines(self, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
        """One record for each mail and recipient."""
        for path in paths:
            for found in self._found(path):
                yield from self._of_mail(found)

    def _found(self, path: Path) -> Iterator[FoundMail]:
        from publisher.incoming.files import UnreadableMail, files, mails

        for file in files(path):
            try:
                yield from mails(file)
            except UnreadableMail as error:
                self.failures += 1
                warn(f"{file}: can't be read: {error}")

    def _of_mail(self, found: FoundMail) -> Iterator[dict[str, Any]]:
        from publisher.bounces.mail import read
        from publisher.bounces.read import of
        from publisher.incoming.recording import Effect, Source, foreseen

        mail = read(found.content)
        reports = of(mail, found.content)
        if self.recorder is None:
            outcomes = [Effect(one, foreseen(one), is_new=False) for one in reports]
        else:
            outcomes = self.recorder.record(mail, reports, source=Source.FILE, now=self.app.clock.now())
        return (_record(found, one) for one in outcomes)


def _record(found: FoundMail, outcome: Effect) -> dict[str, Any]:
    report = outcome.report
    return {
        "file": str(found.file),
        "mail": found.number,
        "recipient": outcome.reader or report.recipient,
        "kind": str(report.kind),
        "reason": str(report.reason),
        "status": report.status,
        "action": str(outcome.action),
        "recorded": outcome.is_new,
        "final": report.final,
        "words": report.words,
    }


def _printer(*, is_whole: bool) -> Callable[[dict[str, Any]], None]:
    def show(record: dict[str, Any]) -> None:
        where = record["file"] if record["mail"] == 1 else f"{record['file']}#{record['mail']}"
        who = _shown(record["recipient"], is_whole=is_whole) or "-"
        note = "" if record["recorded"] else " (not recorded)"
        status = f" {record['status']}" if record["status"] else ""
        say(f"{where}: {who}: {record['kind']}: {record['reason']}{status}: {record['action']}{note}")

    return show


def _shown(address: str, *, is_whole: bool) -> str:
    from publisher.channels.addresses import masked

    return address if is_whole or not address else masked(address)


def _recorder(app: App, ledger: Ledger) -> Recorder:
    from publisher.incoming.configured import policy
    from publisher.incoming.fetching import recorder_of

    return recorder_of(ledger, key=app.list_key, policy=policy(app.options.values))


def _scores(app: App, ledger: Ledger, *, is_whole: bool) -> Iterable[dict[str, Any]]:
    from publisher.bounces.scoring import score
    from publisher.incoming.configured import policy
    from publisher.incoming.recording import past_of
    from publisher.ledger.bounces import by_person

    now, rule = app.clock.now(), policy(app.options.values)
    rows = []
    for person, came in by_person(ledger.bounces.since(now - _YEAR)).items():
        known = ledger.subscribers.by_hash(person)
        rows.append(
            {
                "person": person,
                "address": _shown(known.address, is_whole=is_whole) if known is not None else "",
                "score": round(score(map(past_of, came), now=now, policy=rule), 2),
                "bounces": len(came),
                "reason": came[-1].reason,
                "last": zulu(came[-1].at),
                "action": came[-1].action,
            }
        )
    return sorted(rows, key=lambda row: (-row["score"], row["person"]))


def _audiences(app: App) -> dict[str, Sequence[str]]:
    loaded = app.load().schedule if app.options.schedules.is_file() else None
    return {name: one.lists for name, one in loaded.audiences.items()} if loaded is not None else {}


def _lists_of(app: App, channel: str) -> tuple[str, ...]:
    loaded = app.load().schedule if app.options.schedules.is_file() else None
    if loaded is None or channel not in loaded.channels:
        return ()
    audience = loaded.audiences.get(loaded.channels[channel].audience)
    return audience.lists if audience is not None else ()


def _contact(app: App) -> str:
    loaded = app.load().schedule if app.options.schedules.is_file() else None
    contact = loaded.project.contact if loaded is not None else None
    return contact.email if contact is not None else ""


def _try(act: Callable[[], int]) -> None:
    try:
        act()
    except PublisherError as error:
        warn(f"publisher: {error}")

"""``publisher backup`` and ``publisher reconcile``: a copy of the ledger, and what to do when one was put in place."""

from __future__ import annotations

import getpass
import secrets
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say
from publisher.errors import LedgerError, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Delivery


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(backup)
    cli.command()(reconcile)


def backup(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to; without it, beside the ledger, with the time.")] = None,
) -> None:
    """Copy the ledger while publisher is at work: consistent, looked through, for nobody's eyes but yours."""
    from publisher.ledger.backup import back_up

    options: Globals = context.obj
    app = options.app()
    source = app.database_file
    if source is None:
        raise SettingsError("only an SQLite ledger is copied", subject="--database", remedy="PostgreSQL: use pg_dump")
    if not source.is_file():
        raise LedgerError("there is no ledger yet", subject=str(source), remedy="it is made by: publisher run")
    app.open_ledger().close()  # a copy has the tables that this program knows
    target = file or source.with_name(f"{source.name}.{app.clock.now():%Y%m%dT%H%M%SZ}")
    if target.exists() and (target.is_dir() or target.samefile(source)):
        raise SettingsError("a copy can't be written there", subject=str(target), remedy="name another file")
    back_up(source, target)
    say(f"{target}: written and looked through. If it is ever put in place: publisher reconcile")
    key = app.beside_ledger(".key")
    if key.is_file():
        say(f"{key}: the key of the mailing lists; keep a copy of it as well, in another place")


def reconcile(
    context: typer.Context,
    *,
    are_out: Annotated[
        bool | None,
        typer.Option("--sent/--not-sent", help="What you saw on the platforms: all of these are out, or none is."),
    ] = None,
    who: Annotated[str, typer.Option("--as", help="Your name, for the record.")] = "",
) -> None:
    """After an old ledger was put in place: list what may be out already, and settle it, so that sending goes on."""
    from publisher.lock import only_one

    options: Globals = context.obj
    app = options.app()
    with only_one(app.beside_ledger(".lock")), closing(app.open_ledger()) as ledger:
        why = suspicion(app, ledger)
        if not why:
            say("This is the ledger that was in use last; there is nothing to settle.")
            return
        rows = _doubtful(app, ledger)
        say(f"{why[0].upper()}{why[1:]}. These may be out already:", style="bold")
        for row in rows:
            say(f"  {row.due_at:%Y-%m-%d %H:%M} UTC  {row.state:<11} {row.key}")
        if not rows:
            say("  none")
        if are_out is None:
            _ask()
        _settle(app, ledger, rows if are_out else [], name=who or getpass.getuser())
        say("none of these is sent" if are_out else "those that are still in time go out; sending goes on")


def suspicion(app: App, ledger: Ledger) -> str:
    """Why this may be an older ledger than the one that was in use last; empty when it is that one."""
    from publisher.ledger import pulse

    beside = pulse.read_mark(app.beside_ledger(".pulse"))  # first: a daemon writes it after the ledger
    return pulse.suspicion(ledger.pulse.read().mark, beside)


def _doubtful(app: App, ledger: Ledger) -> list[Delivery]:
    """What is due by now and not out as far as this ledger knows; first it takes up what the file plans."""
    from publisher.inforce import PlanInForce

    PlanInForce(app, ledger)
    return ledger.deliveries.open_until(app.clock.now())


def _ask() -> None:
    say()
    say("Look at the accounts. Those that are out: publisher skip KEY. Then, for the rest of the list:")
    say("  publisher reconcile --not-sent   none of the rest is out; what is still in time is sent")
    say("  publisher reconcile --sent       all of the rest is out; nothing of it is sent")
    raise typer.Exit(1)


def _settle(app: App, ledger: Ledger, out: list[Delivery], *, name: str) -> None:
    """Note what is out, and make this the ledger that is in use."""
    from publisher.ledger.pulse import write_mark
    from publisher.ledger.states import WAITING
    from publisher.model import DeliveryState

    now, off = app.clock.now(), DeliveryState.CANCELLED
    for row in out:
        reason = f"taken for out, when an older ledger was put in place ({name})"
        ledger.deliveries.transition(row.key, to=off, now=now, reason=reason, settled_by=name)
        ledger.recipients.change(row.key, among=WAITING, to=off, now=now)
    beside = app.beside_ledger(".pulse")
    try:
        write_mark(beside, ledger.pulse.renew(secrets.token_hex(8)))
    except OSError as error:
        remedy = "check the rights on its folder, then say it again"
        raise LedgerError("the file beside the ledger can't be written", subject=str(beside), remedy=remedy) from error

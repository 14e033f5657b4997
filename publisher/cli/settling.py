"""``publisher lists settle``."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import say
from publisher.cli.statuses import Key, Who, opened, the_mailings

if TYPE_CHECKING:
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Delivery
    from publisher.newsletter.settling import Settled

_BY_LOG = "settled from the mail server's log"


def register(group: typer.Typer) -> None:
    """Add the command to the group ``lists``."""
    group.command("settle")(settle)


def settle(  # noqa: PLR0913  one parameter per option
    context: typer.Context,
    key: Key,
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE …]", help="Further logs.")] = None,
    *,
    log: Annotated[
        list[Path], typer.Option("--log", help="A log of the mail server, plain or gzip; more may follow: --log A B.")
    ],
    absent_means_not_sent: Annotated[
        bool, typer.Option("--absent-means-not-sent", help="Write again to those whom the log covers and lacks.")
    ] = False,
    who: Who = "",
) -> None:
    """Settle uncertain readers by the log of Postfix, Exim or sendmail; 1 when some stay uncertain."""
    from publisher.newsletter.settling import Logs, look, write_down

    name, left = who or getpass.getuser(), 0
    with opened(context) as (app, ledger):
        now = app.clock.now()
        logs = Logs(files=[*log, *(more or ())], now=now, zone=datetime.now().astimezone().tzinfo or now.tzinfo)  # type: ignore[arg-type]
        for row in the_mailings(ledger, key):
            found = look(ledger, row, logs)
            write_down(ledger, found, absent_is_unsent=absent_means_not_sent, now=now)
            left += _conclude(ledger, row, name=name, now=now)
            _tell(row, found, again=absent_means_not_sent)
    if left:
        raise typer.Exit(1)


def _conclude(ledger: Ledger, row: Delivery, *, name: str, now: datetime) -> int:
    """Bring the mailing where its readers are; gives how many stay uncertain."""
    from publisher.ledger.states import UNCERTAIN, WAITING
    from publisher.model import DeliveryState

    tally, reason = ledger.recipients.tally(row.key), f"{_BY_LOG} ({name})"
    left = tally.of(*UNCERTAIN)
    if tally.of(*WAITING) and row.state is DeliveryState.SENT:
        ledger.mailings.reopen(row.key, reason=reason, who=name, now=now)
    elif row.state in UNCERTAIN and (tally.of(*WAITING) or not left):
        to = DeliveryState.PENDING if tally.of(*WAITING) else DeliveryState.SENT
        ledger.deliveries.transition(row.key, to=to, now=now, reason=f"{tally}; {reason}", settled_by=name)
    return left


def _tell(row: Delivery, found: Settled, *, again: bool) -> None:
    say(row.key, style="bold")
    if not any((found.accepted, found.refused, found.silent, found.uncovered)):
        say("  nobody is uncertain: there is nothing to look for")
        return
    say(f"  {len(found.accepted):,} accepted, {len(found.refused):,} refused: found in the log by Message-ID")
    if found.silent and again:
        say(f"  {len(found.silent):,} not in the log, though it covers their time: they are written to again")
    elif found.silent:
        say(f"  {len(found.silent):,} not in the log, though it covers their time → --absent-means-not-sent")
    if found.uncovered:
        say(f"  {len(found.uncovered):,} not in the log, which does not surely cover their time: give all of it")

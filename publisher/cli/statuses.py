"""``publisher status``, ``history``, ``why``, and what a person can decide: skip, retry, resolve."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from publisher.cli.banner import show_banner
from publisher.cli.common import Globals, print_json, say, warn
from publisher.cli.ledgerrecords import delivery_record
from publisher.cli.ledgers import suspicion
from publisher.cli.stories import accounting, tell
from publisher.errors import LedgerError, SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Delivery
    from publisher.model import DeliveryState

_STYLES = {
    "sent": "green",
    "failed": "bold red",
    "unknown": "bold red",
    "needs_human": "bold red",
    "expired": "yellow",
    "retry_wait": "yellow",
    "cancelled": "dim",
}
_OVER = ("sent", "failed", "cancelled", "expired")

Key = Annotated[str, typer.Argument(help="As status shows it; the beginning up to a slash stands for all below it.")]
Who = Annotated[str, typer.Option("--as", help="Your name, for the record.")]


class StatusFormat(StrEnum):
    """How deliveries are printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[StatusFormat, typer.Option("--format", help="How to print it.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    for command in (status, history, why, skip, retry, resolve):
        cli.command()(command)


def status(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="Only this one, or all below it.")] = None,
    *,
    format_: Format = StatusFormat.TEXT,
) -> None:
    """Show every delivery that the ledger knows, and its state."""
    with opened(context) as (app, ledger):
        line = warn if format_ is StatusFormat.JSON else partial(say, style="bold red")
        if app.database_file is not None and (why := suspicion(app, ledger)):
            line(f"publisher run would send nothing: {why} → publisher reconcile")
        show_banner(ledger, now=app.clock.now(), line=line)
        _show(ledger, the_deliveries(ledger, key) if key else ledger.deliveries.all(), format_)


def history(context: typer.Context, *, format_: Format = StatusFormat.TEXT) -> None:
    """Show what is over: sent, refused, cancelled, expired."""
    with opened(context) as (_, ledger):
        _show(ledger, [row for row in ledger.deliveries.all() if row.state in _OVER], format_)


def why(context: typer.Context, key: Key) -> None:
    """Tell the story of a delivery: what was planned, tried, and came of it."""
    with opened(context) as (_, ledger):
        for row in the_deliveries(ledger, key):
            tell(ledger, row, style=_STYLES.get(row.state, ""))


def skip(context: typer.Context, key: Key, *, who: Who = "") -> None:
    """Do not send a delivery that is still to come."""
    _decide(context, key, _SKIP, who=who)


def retry(context: typer.Context, key: Key, *, who: Who = "") -> None:
    """Try a delivery again that was refused, or that waits for its next try."""
    _decide(context, key, _RETRY, who=who)


def resolve(
    context: typer.Context,
    key: Key,
    *,
    is_sent: Annotated[
        bool, typer.Option("--sent/--not-sent", help="What you saw on the platform: it is there, or it is not.")
    ],
    who: Who = "",
) -> None:
    """Settle a delivery whose outcome is uncertain, after looking at the platform. Shows first what is known."""
    with opened(context) as (_, ledger):
        for row in the_deliveries(ledger, key):
            if row.state in _IT_IS_THERE.possible:
                tell(ledger, row, style=_STYLES.get(row.state, ""))
    _decide(context, key, _IT_IS_THERE if is_sent else _IT_IS_NOT_THERE, who=who)


# --- pieces ---------------------------------------------------------------------------------------------------


class Decision(NamedTuple):
    """What a person can decide about deliveries in some states, and about their readers in some others."""

    to: str
    reason: str
    possible: tuple[str, ...]
    readers: tuple[str, ...]
    otherwise: str  #: what to do about a delivery in another state
    half_out: tuple[str, ...] = ()  #: further states, for a thread of which nothing is uncertain
    ends_rest: bool = False  #: whether the channel is called although it rests


_SKIP = Decision(
    to="cancelled",
    reason="skipped",
    possible=("planned", "pending", "retry_wait"),
    readers=("planned", "pending", "retry_wait"),
    otherwise="only what is still to come can be skipped",
)
_RETRY = Decision(
    to="pending",
    reason="to be tried again",
    possible=("failed", "retry_wait"),
    readers=("planned", "failed", "retry_wait"),
    otherwise="see what happened to it: publisher why {key}; what is uncertain is settled with: publisher resolve "
    "{key} --sent or --not-sent",
    half_out=("needs_human",),
    ends_rest=True,
)
_IT_IS_THERE = Decision(
    to="sent",
    reason="seen on the platform",
    possible=("unknown", "needs_human"),
    readers=("unknown", "needs_human"),
    otherwise="see what happened to it: publisher why {key}",
)
_IT_IS_NOT_THERE = _IT_IS_THERE._replace(to="pending", reason="not on the platform, to be sent again")


@contextmanager
def opened(context: typer.Context) -> Iterator[tuple[App, Ledger]]:
    """The parts, and the ledger that is there. Raises `LedgerError`."""
    options: Globals = context.obj
    app = options.app()
    ledger = app.existing_ledger()
    if ledger is None:
        raise LedgerError(
            "there is no ledger yet",
            subject=str(app.database_file),
            remedy="it is made by: publisher run, or with the first list: publisher lists create",
        )
    with closing(ledger):
        yield app, ledger


def the_deliveries(ledger: Ledger, key: str) -> list[Delivery]:
    """Those of this key, or below it. Raises `SettingsError` when there is none."""
    rows = ledger.deliveries.matching(key)
    if not rows:
        raise SettingsError("the ledger has no such delivery", subject=key, remedy="copy a key from: publisher status")
    return rows


def the_mailings(ledger: Ledger, key: str) -> list[Delivery]:
    """Those of them that go to readers. Raises `SettingsError` when there is none."""
    found = [row for row in the_deliveries(ledger, key) if is_mailing(row)]
    if not found:
        remedy = f"see: publisher why {key}"
        raise SettingsError("that is no mailing: a post has no readers of its own", subject=key, remedy=remedy)
    return found


def is_mailing(row: Delivery) -> bool:
    """Whether it goes to readers: its key ends with the channel, that of a post with the language."""
    return row.key == f"{row.occurrence}/{row.channel}"


def _concerns(ledger: Ledger, row: Delivery, decision: Decision) -> bool:
    return row.state in decision.possible or (row.state in decision.half_out and _is_half_out(ledger, row))


def _is_half_out(ledger: Ledger, row: Delivery) -> bool:
    """Whether a part of a thread is out, and the next one certainly not: it may go on without any doubt."""
    first_left = next((part for part in ledger.parts.of(row.key) if not part.is_out), None)
    return bool(row.remote_id) and first_left is not None and not first_left.is_uncertain


def _possible(rows: list[Delivery], states: tuple[str, ...], *, subject: str, remedy: str) -> list[Delivery]:
    """Those in one of these states. Raises `SettingsError` when there is none."""
    found = [row for row in rows if row.state in states]
    if not found:
        raise _impossible(rows, subject=subject, remedy=remedy)
    return found


def _impossible(rows: list[Delivery], *, subject: str, remedy: str) -> SettingsError:
    now = ", ".join(sorted({f"{row.state} ({row.reason})" if row.state == "cancelled" else row.state for row in rows}))
    return SettingsError(f"that can't be done: it is {now}", subject=subject, remedy=remedy)


def _decide(context: typer.Context, key: str, decision: Decision, *, who: str) -> None:
    with opened(context) as (app, ledger):
        name, rows = who or getpass.getuser(), the_deliveries(ledger, key)
        concerned = [row for row in rows if _concerns(ledger, row, decision)]
        if not concerned:
            raise _impossible(rows, subject=key, remedy=decision.otherwise.format(key=rows[0].key))
        for row in concerned:
            state = _carry_out(ledger, row, decision, name=name, now=app.clock.now())
            say(f"{row.key}: {row.state} → {state} ({decision.reason})")
        if decision.ends_rest:
            for channel in dict.fromkeys(row.channel for row in concerned):
                ledger.rests.lift(channel, now=app.clock.now())
        for row in rows:
            if row not in concerned:
                say(f"{row.key}: stays {row.state}")


def _carry_out(ledger: Ledger, row: Delivery, decision: Decision, *, name: str, now: datetime) -> DeliveryState:
    """Change a delivery and its readers, while the daemon may be at work; gives the new state."""
    from publisher.ledger.states import WAITING
    from publisher.model import DeliveryState

    to, readers = DeliveryState(decision.to), {DeliveryState(one) for one in decision.readers}
    tally = ledger.recipients.tally(row.key)
    if tally.of(DeliveryState.PLANNED):  # a share came first: the others are let go, and who was refused is not asked
        readers.discard(DeliveryState.FAILED)
    others_wait = to is DeliveryState.SENT and tally.of(*WAITING)
    whole = DeliveryState.PENDING if others_wait else to
    reason = f"{decision.reason} ({name})"
    if to is not DeliveryState.CANCELLED:  # nobody writes to them before the mailing itself is let go
        ledger.recipients.change(row.key, among=readers, to=to, now=now)
    ledger.deliveries.transition(row.key, to=whole, now=now, reason=reason, settled_by=name)
    if to is DeliveryState.CANCELLED:  # only when the daemon was not quicker
        ledger.recipients.change(row.key, among=readers, to=to, now=now)
    return whole


def _show(ledger: Ledger, rows: Iterable[Delivery], format_: StatusFormat) -> None:
    found = list(rows)
    if format_ is StatusFormat.JSON:
        print_json([delivery_record(ledger, row) for row in found])
        return
    for row in found:
        reason = f"  {row.reason}" if row.reason else ""
        say(f"{row.due_at:%Y-%m-%d %H:%M} UTC  {row.state:<11} {row.key}{reason}", style=_STYLES.get(row.state, ""))
        if row.attempts and is_mailing(row):
            for line in accounting(ledger, row):
                say(f"  {line}")
    counts: dict[str, int] = {}
    for row in found:
        counts[row.state] = counts.get(row.state, 0) + 1
    say(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "nothing planned yet")

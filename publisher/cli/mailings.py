"""``publisher lists account``, ``who-got``, ``why-not``: what became of mailings, to the last address."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import print_json, say, zulu
from publisher.cli.disclosing import Shown, note_disclosure
from publisher.cli.ledgerrecords import account_record
from publisher.cli.statuses import Key, opened, the_mailings

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Delivery, Recipient


class ReaderFormat(StrEnum):
    """How readers are printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[ReaderFormat, typer.Option("--format", help="How to print it.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``lists``."""
    group.command("account")(account)
    group.command("who-got")(who_got)
    group.command("why-not")(why_not)


def account(context: typer.Context, key: Key, *, format_: Format = ReaderFormat.TEXT) -> None:
    """Show whether every candidate of a mailing is accounted for, in all and by language; 1 when one is not."""
    from publisher.newsletter.accounting import account_of

    with opened(context) as (_, ledger):
        found = [account_of(ledger, row.key) for row in the_mailings(ledger, key)]
    if format_ is ReaderFormat.JSON:
        print_json([account_record(one) for one in found])
    else:
        for one in found:
            say(one.key, style="bold")
            for line in one.lines:
                say(f"  {line}", style="" if one.is_closed else "bold red")
    if not all(one.is_closed for one in found):
        raise typer.Exit(1)


def who_got(
    context: typer.Context,
    key: Key,
    *,
    everybody: Annotated[bool, typer.Option("--everybody", help="Those who did not get it, too, and why.")] = False,
    show_addresses: Shown = False,
    format_: Format = ReaderFormat.TEXT,
) -> None:
    """List who got a mailing, or may have got it; addresses are masked."""
    from publisher.newsletter.accounting import account_of

    with opened(context) as (_, ledger):
        rows = the_mailings(ledger, key)
        if show_addresses:
            note_disclosure(context.obj, key)
        if format_ is ReaderFormat.JSON:
            _print_one_by_one(_reader_records(ledger, rows, everybody=everybody, show=show_addresses))
            return
        for row in rows:
            say(row.key, style="bold")
            for one in _readers(ledger, row, everybody=everybody):
                say(f"  {_named(one, show=show_addresses)}  {one.reader.language or '–'}  {_told(one)}")  # noqa: RUF001
            say(f"  {account_of(ledger, row.key)}")


def why_not(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Somebody's address.")],
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="Only this mailing, or all below it.")] = "",
    *,
    format_: Format = ReaderFormat.TEXT,
) -> None:
    """Answer whether somebody got a mailing, and if not, why not: a line for each mailing, and what holds now."""
    wanted = _normal(address.strip())
    with opened(context) as (app, ledger):
        if key:
            the_mailings(ledger, key)
        mailings = list(_answers(app, ledger, wanted, key=key))
        now = list(_standing(app, ledger, wanted))
    if format_ is ReaderFormat.JSON:
        print_json({"mailings": [{"key": name, "answer": words} for name, words in mailings], "now": now})
        return
    for name, words in mailings:
        say(f"{name}: {words}")
    for line in now:
        say(f"now: {line}")


# --- pieces ------------------------------------------------------------------------------------------------------


def _normal(address: str) -> str:
    """As lists have it; what is no address can't have got a mail, and is looked for as it is."""
    from publisher.newsletter.validity import BadAddress, normal_address

    try:
        return normal_address(address)
    except BadAddress:
        return address


def _answers(app: App, ledger: Ledger, address: str, *, key: str) -> Iterator[tuple[str, str]]:
    from publisher.ledger.listrecords import erased_address
    from publisher.newsletter.answers import answer

    erased = erased_address(app.list_key.hash_of(address))
    found = [*ledger.mailings.of_address(address, prefix=key), *ledger.mailings.of_address(erased, prefix=key)]
    yield from ((row.key, answer(one, at=at)) for row, one, at in found)
    if key:
        known = {row.key for row, _, _ in found}
        for row in the_mailings(ledger, key):
            if row.key not in known:
                yield row.key, _not_among_them(ledger, row)
    elif not found:
        yield "all mailings", "never on the list of any"


def _not_among_them(ledger: Ledger, row: Delivery) -> str:
    if ledger.recipients.first(row.key) is None:
        return f"nobody got it: it is {row.state}{f', {row.reason}' if row.reason else ''}"
    return "did not get it: not on the list when the mailing began"


def _standing(app: App, ledger: Ledger, address: str) -> Iterator[str]:
    from publisher.newsletter.answers import standing

    person = app.list_key.hash_of(address)
    subscriber = ledger.subscribers.by_hash(person)
    yield from standing(
        suppressions=ledger.suppressions.of(person),
        subscriber=subscriber,
        subscriptions=ledger.subscribers.subscriptions(subscriber.id) if subscriber is not None else [],
        now=app.clock.now(),
    )


def _readers(ledger: Ledger, row: Delivery, *, everybody: bool) -> Iterator[Recipient]:
    from publisher.ledger.mailings import HAVE_IT

    return ledger.mailings.readers(row.key, among=() if everybody else HAVE_IT)


def _told(one: Recipient) -> str:
    from publisher.newsletter.accounting import FATES, Fate, reason_of
    from publisher.newsletter.answers import words_of

    fate = FATES[one.state]
    reason = f" ({reason_of(one.state, one.code)})" if fate is Fate.EXCLUDED else ""
    said = words_of(one)
    until = f" until {zulu(one.next_at)}" if one.next_at else ""
    return f"{fate}{reason}{until}{f': {said}' if said else ''}"


def _named(one: Recipient, *, show: bool) -> str:
    """Masked when it is to be; a row of a file without a usable address is called by its line."""
    from publisher.channels.addresses import masked
    from publisher.newsletter.audience import LINE

    address = one.reader.address
    return address if show or address.startswith(LINE) else masked(address)


def _reader_records(ledger: Ledger, rows: Iterable[Delivery], *, everybody: bool, show: bool) -> Iterator[object]:
    from publisher.newsletter.accounting import FATES

    for row in rows:
        for one in _readers(ledger, row, everybody=everybody):
            yield {
                "key": row.key,
                "address": _named(one, show=show),
                "language": one.reader.language,
                "fate": str(FATES[one.state]),
                "message_id": one.remote_id,
                "code": one.code,
                "detail": one.detail,
                "next_utc": _when(one.next_at),
            }


def _when(instant: datetime | None) -> str:
    return zulu(instant) if instant else ""


def _print_one_by_one(records: Iterator[object]) -> None:
    """A JSON list, written as it comes: a mailing may have a million readers."""
    before = "[\n"
    for one in records:
        sys.stdout.write(before + json.dumps(one, ensure_ascii=False))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")

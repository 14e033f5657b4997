"""The story of one delivery, for people: what was planned and tried, what the account showed, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.cli.common import say, zulu

if TYPE_CHECKING:
    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Approval, Delivery

_SAW = {
    "found": "it is there",
    "absent": "it is not among what the account shows",
    "failed": "the account could not be read",
}

_STANDS = {
    "pending": "is still to go",
    "sending": "has no answer written down",
    "sent": "is out",
    "retry_wait": "is tried again",
    "failed": "was refused",
    "unknown": "may be out or not",
}


def tell(ledger: Ledger, row: Delivery, *, style: str) -> None:
    """Print everything that is known. ``style`` is how its state is shown."""
    say(row.key, style="bold")
    say(f"  is {row.state}{': ' + row.reason if row.reason else ''}", style=style)
    say(f"  “{row.step}” means {row.nominal_local:%Y-%m-%d %H:%M} {row.timezone}")
    say(f"  due {row.local:%Y-%m-%d %H:%M} {row.timezone} ({zulu(row.due_at)})")
    if row.expires_at:
        say(f"  too late from {zulu(row.expires_at)} on")
    for one in ledger.approvals.of(row.key):
        say(f"  approved by {one.who}, {zulu(one.given_at)}{_bound_to(one)}")
    for line in (*_tries(ledger, row), *_parts(ledger, row), *_accounted(ledger, row), *_readers(ledger, row)):
        say(line)
    if row.next_at:
        say(f"  next {'look at the account' if row.state == 'unknown' else 'try'} {zulu(row.next_at)}")
    if row.remote_url or row.remote_id:
        say(f"  {row.remote_url or row.remote_id}")


def _bound_to(approval: Approval) -> str:
    """What an approval is for."""
    from publisher.ledger.approvals import SIZE

    if approval.language == SIZE:
        return f", {int(approval.sha256):,} readers"
    language = f" ({approval.language})" if approval.language else ""
    bytes_ = f", bytes {approval.sha256[:12]}" if approval.sha256 else " (before approvals were bound to bytes)"
    return f"{language}{bytes_}"


def _tries(ledger: Ledger, row: Delivery) -> Iterator[str]:
    """Each try, and below it what reading the account back showed of it."""
    seen = ledger.readbacks.of(row.key)
    for one in ledger.attempts.of(row.key):
        ended = f" until {zulu(one.finished_at)}" if one.finished_at else ""
        outcome = one.outcome or "no answer written down"
        yield f"  try {one.number}, {zulu(one.started_at)}{ended}: {outcome}{_noted(one.code, one.detail)}"
        for look in seen:
            if look.attempt == one.number:
                yield f"    account read back {zulu(look.at)}: {_SAW[look.saw]}{_noted('', look.detail)}"


def _parts(ledger: Ledger, row: Delivery) -> Iterator[str]:
    """The parts of a thread, once it was begun."""
    parts = ledger.parts.of(row.key) if row.attempts else []
    for part in parts:
        ended = f", {zulu(part.finished_at)}" if part.finished_at else ""
        address = f"  {part.remote_url or part.remote_id}".rstrip()
        noted = _noted(part.code, part.detail)
        yield f"    part {part.number} of {len(parts)} {_STANDS.get(part.state, part.state)}{ended}{noted}{address}"


def accounting(ledger: Ledger, row: Delivery) -> tuple[str, ...]:
    """Of a mailing that was begun: that every candidate is somewhere, in all and by language."""
    from publisher.newsletter.accounting import account_of

    return account_of(ledger, row.key).lines if ledger.recipients.first(row.key) is not None else ()


def _accounted(ledger: Ledger, row: Delivery) -> Iterator[str]:
    return (f"  {line}" for line in accounting(ledger, row))


def _readers(ledger: Ledger, row: Delivery) -> Iterator[str]:
    from publisher.channels.addresses import masked

    for recipient in ledger.recipients.of(row.key):
        address, noted = masked(recipient.reader.address), _noted(recipient.code, recipient.detail)
        yield f"    {address} {recipient.state}{noted}"


def _noted(code: str, detail: str) -> str:
    return f"{f' [{code}]' if code else ''}{f': {detail}' if detail else ''}"

"""Whether a cell may go out: a delivery in one language, its bytes, and the people who said yes to just these. Pure.

A yes holds for the bytes and for the wall time: words like “tomorrow” are only right at a time, so another time wants
another yes. Any other bytes make it void, in this language alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from publisher.errors import SettingsError
from publisher.model import ApprovalPolicy
from publisher.plan import is_approved

if TYPE_CHECKING:  # a preview without a ledger needs none of its records
    from publisher.ledger.records import Approval

_MAILBOX = re.compile(r"^(?P<name>.*?)\s*<(?P<address>[^<>]+)>$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What an approval is given for."""

    key: str
    language: str
    sha256: str
    local: datetime  #: wall time of the channel


class Consent(StrEnum):
    """How it stands with a cell."""

    NOT_NEEDED = "not needed"
    GIVEN = "given"
    WAITING = "waiting"
    VOID = "void"  #: it was approved, and is something else now


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with a cell, who approved it as it is, and the last yes to anything in its place."""

    consent: Consent
    by: tuple[Approval, ...] = ()
    last: Approval | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing stands in the way."""
        return self.consent in (Consent.NOT_NEEDED, Consent.GIVEN)

    @property
    def people(self) -> str:
        """``Anna Nowak, Jan Kowalski``."""
        return ", ".join(dict.fromkeys(called(one.who) for one in self.by))


NOT_NEEDED = Standing(consent=Consent.NOT_NEEDED)
"""Nobody is asked."""


def standing(policy: ApprovalPolicy, cell: Cell, approvals: Sequence[Approval]) -> Standing:
    """How it stands, given all approvals of the cell's delivery."""
    own = [one for one in approvals if one.language == cell.language and one.sha256]
    valid = tuple(one for one in own if _is_bound(one, cell) and _counts(policy, one))
    last = own[-1] if own else None
    if is_approved(policy, 0):
        return Standing(consent=Consent.NOT_NEEDED, by=valid, last=last)
    if is_approved(policy, len(people(one.who for one in valid))):
        return Standing(consent=Consent.GIVEN, by=valid, last=last)
    is_void = last is not None and not any(_is_bound(one, cell) for one in own)
    return Standing(consent=Consent.VOID if is_void else Consent.WAITING, by=valid, last=last)


def why_not(delivery: str, language: str, found: Standing) -> str:
    """Why it does not go out, and what to do."""
    command = f"publisher approve {delivery}"
    if found.consent is Consent.VOID and found.last is not None:
        return f"changed ({language}) since {called(found.last.who)} approved it; waits for approval: {command}"
    one_more = f", one more than {found.people}" if found.by else ""
    return f"waits for approval{one_more}: {command}"


def check_other(policy: ApprovalPolicy, *, who: str, author: str, key: str) -> None:
    """Raise `SettingsError` when this person wrote it, and who wrote it does not approve it."""
    if policy is ApprovalPolicy.ANYONE_BUT_AUTHOR and is_same(who, author):
        raise SettingsError(
            f"{called(who)} changed it last, and who wrote it does not approve it",
            subject=key,
            remedy="ask somebody else to approve it",
        )


def people(names: Iterable[str]) -> list[str]:
    """Each person once."""
    found: list[str] = []
    for name in names:
        if not any(is_same(name, other) for other in found):
            found.append(name)
    return found


def is_same(one: str, other: str) -> bool:
    """Whether two names are of one person: the same address where both have one, or the same name."""
    (name, address), (other_name, other_address) = _parts(one), _parts(other)
    if address and other_address:
        return address == other_address
    return (bool(name) and name in (other_name, other_address)) or (bool(address) and address == other_name)


def called(who: str) -> str:
    """The name without the address."""
    found = _MAILBOX.match(who)
    return (found["name"] or found["address"]) if found else who


def _parts(who: str) -> tuple[str, str]:
    found = _MAILBOX.match(who.strip())
    name, address = (found["name"], found["address"]) if found else (who, "")
    return " ".join(name.split()).casefold(), address.casefold()


def _is_bound(approval: Approval, cell: Cell) -> bool:
    return (approval.sha256, approval.local) == (cell.sha256, cell.local)


def _counts(policy: ApprovalPolicy, approval: Approval) -> bool:
    """Where the author does not count, who approved was compared with them then: see `publisher.authorship`."""
    return policy is not ApprovalPolicy.ANYONE_BUT_AUTHOR or not is_same(approval.who, approval.author)

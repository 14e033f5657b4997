"""When a reader is written to no more. Pure; instants are aware UTC.

A hard bounce or a complaint is enough. Soft ones add up and fade: after a half-life one counts half. Of a day the
heaviest counts, so that several mails in one afternoon are one sign. What is our own fault never counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from publisher.bounces.report import KIND_OF, BounceKind, Reason

_LOWER = {Reason.DELAYED: 0.0, Reason.GREYLISTED: 0.0, Reason.ON_HOLD: 0.0, Reason.UNDETERMINED: 0.5}
_HIGHER = {Reason.SUSPENDED: 2.0, Reason.PERHAPS_UNKNOWN: 2.0}
_UNPROVEN = 2.5
_OF_READERS = frozenset({Reason.ABUSE, Reason.FRAUD, Reason.OPT_OUT, Reason.FEEDBACK})


class Action(StrEnum):
    """What is done because of a mail that came back."""

    SUPPRESSED = "suppressed"  #: no more mails to this reader
    SCORED = "scored"  #: counted; enough of them suppress
    NOTED = "noted"  #: written down, and nothing follows
    PASSED_ON = "passed-on"  #: a person wrote, and a person reads it
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How soon. With the defaults five soft bounces in as many days suppress, and one a month never does."""

    half_life: timedelta = timedelta(days=30)
    limit: float = 4.5


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier bounce of the same reader."""

    at: datetime
    reason: Reason
    is_proven: bool = True


def weight(reason: Reason, *, is_proven: bool) -> float:
    """What one bounce adds. A hard one that anybody may have written is no proof, and counts as a strong soft one."""
    kind = KIND_OF[reason]
    if kind is BounceKind.SOFT:
        return _LOWER.get(reason, _HIGHER.get(reason, 1.0))
    return _UNPROVEN if kind is BounceKind.HARD and not is_proven else 0.0


def score(past: Iterable[Past], *, now: datetime, policy: Policy) -> float:
    """What bounces of one reader come to at this instant."""
    days: dict[date, tuple[float, datetime]] = {}
    for one in past:
        heavy = (weight(one.reason, is_proven=one.is_proven), one.at)
        day = one.at.date()
        days[day] = max(days.get(day, heavy), heavy)
    return sum(value * _faded(now - at, policy) for value, at in days.values())


def decide(reason: Reason, *, is_proven: bool, total: float, policy: Policy) -> Action:
    """What follows from one report; ``total`` is the score with it."""
    kind = KIND_OF[reason]
    if (kind is BounceKind.HARD and is_proven) or reason in _OF_READERS:
        return Action.SUPPRESSED
    if weight(reason, is_proven=is_proven) > 0:
        return Action.SUPPRESSED if total >= policy.limit else Action.SCORED
    return Action.IGNORED if kind in (BounceKind.AUTO_REPLY, BounceKind.NONE) else Action.NOTED


def _faded(age: timedelta, policy: Policy) -> float:
    return float(0.5 ** (max(age, timedelta()) / policy.half_life))

"""What follows for an outcome that nobody knows: published, absent, look again, or a person decides. Pure.

The table of states: UNKNOWN becomes SENT, PENDING or NEEDS_HUMAN, and nothing else. In doubt nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.ledger.records import Attempt, Readback, Verdict
from publisher.model import DeliveryState, OnUnknown, Outcome, Receipt, Saw

#: How long before the first try an account is looked at: clocks of platforms and ours differ.
CLOCKS_DIFFER = timedelta(minutes=2)

#: So many looks without it, each after the settle time, mean that it is not there.
LOOKS = 2

#: After so many looks in a row at an account that can't be read, a person looks. That is about four hours.
MOST_FAILURES = 8

_LONGEST_WAIT = timedelta(hours=1)
_LOOK_YOURSELF = "look at the account, then: publisher resolve KEY --sent or --not-sent"
_UNCERTAIN = (Outcome.UNKNOWN, Outcome.DUPLICATE)
_S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All tries of a delivery, the last one uncertain, and what was seen since that one, the newest last."""

    attempts: Sequence[Attempt]
    seen: Sequence[Readback]
    settle: timedelta  #: how long after the last try a request of it may still arrive

    @property
    def uncertain(self) -> list[Attempt]:
        """The tries of which nobody knows what came of them."""
        return [one for one in self.attempts if one.outcome in _UNCERTAIN]

    @property
    def since(self) -> datetime:
        """From when on the account is to be looked at."""
        return self.uncertain[0].started_at - CLOCKS_DIFFER

    @property
    def settled_at(self) -> datetime:
        """From here on nothing of the last try can arrive any more. An instant of the try itself when it has no end."""
        last = self.attempts[-1]
        return (last.finished_at or last.started_at) + self.settle


def found(receipt: Receipt) -> Verdict:
    """It is on the account."""
    return Verdict(state=_S.SENT, reason="found on the account", receipt=receipt)


def not_found(story: Story, *, now: datetime) -> Verdict:
    """It was not among what the account shows.

    A duplicate refusal says that nothing of this try is on its way. After an earlier try with an unknown outcome it is
    evidence that that one was published, even if the account does not show it (any more): the platform refuses the
    same words again in any case, so the delivery counts as sent, without an id. Without an earlier try the same words
    were published by somebody else: a person says whether that is what was meant.
    """
    is_refused = story.attempts[-1].outcome is Outcome.DUPLICATE
    if is_refused and len(story.uncertain) == 1:
        return Verdict(state=_S.NEEDS_HUMAN, reason=f"the platform has these words already → {_LOOK_YOURSELF}")
    looks = [one for one in story.seen if one.saw is Saw.ABSENT and one.at >= story.settled_at]
    if len(looks) < LOOKS:
        reason = f"not found on the account so far ({len(looks)} of {LOOKS} looks)"
        return Verdict(state=_S.UNKNOWN, reason=reason, next_at=max(story.settled_at, _after(looks, story.settle, now)))
    if is_refused:
        return Verdict(state=_S.SENT, reason="the platform says that it has it already; the account does not show it")
    if len(story.uncertain) > 1:
        return Verdict(state=_S.NEEDS_HUMAN, reason=f"uncertain for the second time, and not found → {_LOOK_YOURSELF}")
    return Verdict(state=_S.PENDING, reason="not on the account; it is sent again, once")


def not_readable(story: Story, why: str, *, now: datetime, retry_at: datetime | None) -> Verdict:
    """The account could not be read: nothing is known, so nothing is sent."""
    failures = sum(one.saw is Saw.FAILED for one in story.seen)
    if failures >= MOST_FAILURES:
        return Verdict(state=_S.NEEDS_HUMAN, reason=f"the account can't be read: {why}; {_LOOK_YOURSELF}")
    wait = min(story.settle * 2 ** max(failures - 1, 0), _LONGEST_WAIT)
    next_at = max(now + wait, retry_at or now)
    return Verdict(state=_S.UNKNOWN, reason=f"the account can't be read now: {why}", next_at=next_at)


def not_recognisable(why: str) -> Verdict:
    """Reading the account would not help."""
    return Verdict(state=_S.NEEDS_HUMAN, reason=f"{why} → {_LOOK_YOURSELF}")


def blind(policy: OnUnknown, *, tries: int, about: str) -> Verdict:
    """The account can't be read back at all. ``tries``: how often it was tried; ``about``: what is uncertain."""
    if policy is OnUnknown.ASSUME_SENT:
        return Verdict(state=_S.SENT, reason=f"{about}; taken as sent")
    if policy is OnUnknown.RESEND and tries == 1:
        return Verdict(state=_S.PENDING, reason=f"{about}; sent again, once")
    return Verdict(state=_S.NEEDS_HUMAN, reason=f"{about} → {_LOOK_YOURSELF}")


def _after(looks: Sequence[Readback], settle: timedelta, now: datetime) -> datetime:
    """The next look is as far from the last one that counts as the first one from the try."""
    return now + settle if looks else now

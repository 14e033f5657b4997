"""The canary: a share of the readers gets a mailing first, the others wait, and a look at how it fared decides.

All of it stands in the ledger: who comes first (`publisher.ledger.canaries`), until when the others wait, and what was
wrong. A restart at any moment goes on from there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.delivery.desk import Desk
from publisher.ledger.canaries import Flock
from publisher.ledger.records import Delivery, Result, Tally
from publisher.ledger.states import UNCERTAIN
from publisher.model import Canary, Channel, DeliveryState, Outcome

#: A share of few readers would tell nothing.
FEWEST = 5
#: One reader in trouble may be chance.
_CHANCE = 1

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class Fared:
    """How a mailing fared with its first readers. ``came_back`` and ``complained`` are from mails that came later."""

    tally: Tally
    came_back: int = 0
    complained: int = 0

    @property
    def tried(self) -> int:
        """How many were written to."""
        return self.tally.of(_S.SENT, _S.FAILED, _S.RETRY_WAIT, _S.SENDING, *UNCERTAIN)

    @property
    def troubled(self) -> int:
        """With how many of them something went wrong."""
        return self.tried - self.tally.of(_S.SENT) + self.came_back + self.complained

    def __str__(self) -> str:
        """``50 got it first: 47 accepted, 3 refused; 1 came back``."""
        counts = {
            "accepted": self.tally.of(_S.SENT),
            "refused": self.tally.of(_S.FAILED),
            "deferred": self.tally.of(_S.RETRY_WAIT),
            "uncertain": self.tally.of(_S.SENDING, *UNCERTAIN),
        }
        later = {"came back": self.came_back, "complained": self.complained}
        said = [", ".join(f"{n:,} {word}" for word, n in some.items() if n) for some in (counts, later)]
        return f"{self.tried:,} got it first: {'; '.join(filter(None, said))}"


def first_readers(canary: Canary, *, readers: int) -> int:
    """How many come first; 0 when that would be half of them or more, so that it is no use."""
    wanted = canary.readers or max(FEWEST, math.ceil(readers * canary.percent / 100))
    return wanted if wanted * 2 <= readers else 0


def spread(strata: Callable[[], Iterable[tuple[int, str, str]]], *, wanted: int) -> set[int]:
    """Rows that stand for all: each language and each domain in proportion, and no language without anybody.

    ``strata`` gives row, language and address of everybody, twice the same. Of the rows in the order of language and
    domain every so many-th is taken; memory grows with the number of domains only.
    """
    sizes = Counter((language, _domain(address)) for _, language, address in strata())
    total, begins, at = sum(sizes.values()), {}, 0
    for stratum in sorted(sizes):
        begins[stratum] = at
        at += sizes[stratum]
    firsts = {min(at for (spoken, _), at in begins.items() if spoken == language) for language, _ in begins}
    return set(_every_so_many(strata(), begins, firsts=firsts, share=(wanted, total)))


def _every_so_many(
    rows: Iterable[tuple[int, str, str]],
    places: dict[tuple[str, str], int],
    *,
    firsts: set[int],
    share: tuple[int, int],
) -> Iterator[int]:
    wanted, total = share
    for row, language, address in rows:
        stratum = (language, _domain(address))
        place = places[stratum]
        places[stratum] += 1
        if place in firsts or (place + 1) * wanted // total > place * wanted // total:
            yield row


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def set_apart(desk: Desk, delivery: Delivery, *, canary: Canary) -> None:
    """Let a share of the readers come first, unless that was done, or somebody has been written to already."""
    canaries, key = desk.ledger.canaries, delivery.key
    if delivery.attempts or canaries.of(key) is not None:
        return
    wanted = first_readers(canary, readers=desk.ledger.recipients.tally(key).of(_S.PENDING))
    if wanted:
        canaries.choose(key, spread(lambda: canaries.strata(key), wanted=wanted), now=desk.clock.now())


def after(desk: Desk, delivery: Delivery, *, channel: Channel, result: Result) -> Result:
    """What follows from a spell of sending: the result itself, or that the others wait, are held, or come now."""
    flock = desk.ledger.canaries.of(delivery.key)
    if flock is None:
        return result
    tally = desk.ledger.recipients.tally(delivery.key)
    if not tally.of(_S.PLANNED) or tally.of(_S.PENDING, _S.SENDING):
        return result  # nobody waits any more, or not all of the first were tried
    if desk.ledger.canaries.is_somebody_untried(flock.key):
        return result
    now = desk.clock.now()
    rule = channel.canary or Canary(wait=timedelta(0))  # it may have been taken out of the file meanwhile
    if flock.until is None:
        flock = replace(flock, until=now + rule.wait)
        desk.ledger.canaries.wait(flock.key, until=now + rule.wait)
    fared = Fared(tally, *desk.ledger.canaries.came_back(flock.key))
    if flock.until is not None and now < flock.until:
        return _waits(desk, flock, fared, until=flock.until)
    if said := trouble(fared, rule):
        desk.ledger.canaries.hold(flock.key, why=said)
        return _again(f"{said}; {tally.of(_S.PLANNED):,} others wait → when all is well: publisher retry KEY", at=None)
    desk.ledger.canaries.release(flock.key, now=now)
    return _again(f"{fared}; the others get it now", at=now)


def trouble(fared: Fared, rule: Canary) -> str:
    """What is wrong with so many of the first readers that the others should not get it; empty when little is."""
    share = fared.troubled * 100 / max(1, fared.tried)
    is_chance = fared.troubled <= _CHANCE < fared.tried
    if is_chance or share <= rule.limit:
        return ""
    return f"{fared}; that is trouble with {share:.0f} %, and {rule.limit} % are the limit"


def _waits(desk: Desk, flock: Flock, fared: Fared, *, until: datetime) -> Result:
    """Until then, or until one of the first is tried again."""
    again = desk.ledger.recipients.next_waiting(flock.key)
    sooner = again.next_at if again is not None and again.next_at is not None else until
    return _again(f"{fared}; the others wait until {until:%Y-%m-%d %H:%M} UTC", at=min(until, sooner))


def _again(reason: str, *, at: datetime | None) -> Result:
    return Result(
        outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, code="canary", detail=reason, reason=reason, next_at=at
    )

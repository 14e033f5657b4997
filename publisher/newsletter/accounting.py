"""The accounting of a mailing: every candidate is somewhere, and the numbers add up. Pure, from the ledger alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import Excluded
from publisher.ledger.mailings import Count
from publisher.model import DeliveryState

_S = DeliveryState


class Fate(StrEnum):
    """What became of a candidate so far."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    EXCLUDED = "excluded"


FATES: Mapping[DeliveryState, Fate] = {
    _S.PLANNED: Fate.PLANNED,
    _S.PENDING: Fate.PLANNED,
    _S.SENDING: Fate.CLAIMED,
    _S.SENT: Fate.ACCEPTED,
    _S.RETRY_WAIT: Fate.DEFERRED,
    _S.FAILED: Fate.REFUSED,
    _S.UNKNOWN: Fate.UNCERTAIN,
    _S.NEEDS_HUMAN: Fate.UNCERTAIN,
    _S.CANCELLED: Fate.EXCLUDED,
    _S.EXPIRED: Fate.EXCLUDED,
}

CALLED_OFF, TOO_LATE = "called-off", "too-late"
"""Why somebody is excluded who has no reason of their own: the mailing as a whole ended so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The figures of one mailing. ``candidates`` were counted when the list was frozen."""

    key: str
    candidates: int
    fates: Mapping[Fate, int]
    excluded: Mapping[str, int]  #: by the word for the reason
    languages: Mapping[str, Mapping[Fate, int]]

    @property
    def gap(self) -> int:
        """How many candidates are nowhere; anything but 0 is a fault of ours."""
        return self.candidates - sum(self.fates.values())

    @property
    def is_closed(self) -> bool:
        """Whether every candidate is somewhere, once."""
        return self.gap == 0

    @property
    def lines(self) -> tuple[str, ...]:
        """The sum, and a line for each language when there are several."""
        several = self.languages.items() if len(self.languages) > 1 else ()
        return str(self), *(f"{language or 'no language'}: {_figures(fates)}" for language, fates in several)

    def __str__(self) -> str:
        """``5,000 candidates = 4,950 accepted + 6 refused + 44 excluded (30 suppressed, 14 unsubscribed)``."""
        said = " + ".join(_said(fate, number, self.excluded) for fate, number in self.fates.items() if number) or "0"
        if self.is_closed:
            return f"{self.candidates:,} candidates = {said}"
        return f"{self.candidates:,} candidates ≠ {said}: {abs(self.gap):,} {'lost' if self.gap > 0 else 'too many'}"


def account_of(ledger: Ledger, key: str) -> Account:
    """The figures of a mailing in the ledger."""
    return account(key, ledger.mailings.counts(key), candidates=ledger.mailings.candidates(key))


def account(key: str, counts: Iterable[Count], *, candidates: int | None) -> Account:
    """The figures. Without a number of ``candidates``, as in mailings of older versions, they are the sum."""
    fates, reasons, languages = Counter[Fate](), Counter[str](), dict[str, Counter[Fate]]()
    for one in counts:
        fate = FATES[one.state]
        fates[fate] += one.number
        languages.setdefault(one.language, Counter())[fate] += one.number
        if fate is Fate.EXCLUDED:
            reasons[reason_of(one.state, one.code)] += one.number
    return Account(
        key=key,
        candidates=fates.total() if candidates is None else candidates,
        fates={fate: fates[fate] for fate in Fate},
        excluded=dict(reasons.most_common()),
        languages={language: {fate: found[fate] for fate in Fate} for language, found in sorted(languages.items())},
    )


def reason_of(state: DeliveryState, code: str) -> str:
    """Why somebody is excluded: for a reason of their own, or with everybody who was still to be written to."""
    if code in set(Excluded):
        return code
    return TOO_LATE if state is _S.EXPIRED else CALLED_OFF


def _figures(fates: Mapping[Fate, int]) -> str:
    """``2,990 accepted, 3 refused``."""
    return ", ".join(f"{number:,} {fate}" for fate, number in fates.items() if number) or "nobody"


def _said(fate: Fate, number: int, excluded: Mapping[str, int]) -> str:
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in excluded.items())
    return f"{number:,} {fate}" + (f" ({reasons})" if fate is Fate.EXCLUDED and reasons else "")

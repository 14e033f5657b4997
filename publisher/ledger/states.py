"""Which state may follow which. There is no other way for a delivery to change its state."""

from __future__ import annotations

from publisher.errors import IllegalTransition
from publisher.model import DeliveryState as S

LEGAL: dict[S, frozenset[S]] = {
    S.PLANNED: frozenset({S.PENDING, S.CANCELLED, S.EXPIRED}),
    S.PENDING: frozenset({S.SENDING, S.CANCELLED, S.EXPIRED}),
    S.SENDING: frozenset({S.SENT, S.RETRY_WAIT, S.FAILED, S.UNKNOWN}),
    S.RETRY_WAIT: frozenset({S.PENDING, S.SENDING, S.CANCELLED, S.EXPIRED}),  # PENDING: a person wants no waiting
    S.UNKNOWN: frozenset({S.SENT, S.PENDING, S.NEEDS_HUMAN}),
    S.NEEDS_HUMAN: frozenset({S.SENT, S.PENDING, S.CANCELLED}),
    S.SENT: frozenset(),
    S.FAILED: frozenset({S.PENDING, S.CANCELLED}),  # a person asks for another try; another time took its place
    S.CANCELLED: frozenset({S.PLANNED}),  # it is back in the file
    S.EXPIRED: frozenset(),
}

#: Not out yet, and still meant to go.
OPEN = frozenset({S.PLANNED, S.PENDING, S.RETRY_WAIT})

#: What an edit may call off: it is certainly not out.
RECALLABLE = OPEN | {S.FAILED}

#: Went out, or may have.
OUT = frozenset({S.SENDING, S.SENT, S.UNKNOWN, S.NEEDS_HUMAN})

#: Nobody knows whether it is out; a person looks and says so.
UNCERTAIN = frozenset({S.UNKNOWN, S.NEEDS_HUMAN})

#: Where the readers of a mailing may have fared differently, and nothing more comes of itself.
MIXED = frozenset({S.SENT, S.NEEDS_HUMAN, S.EXPIRED, S.CANCELLED})

#: A reader of a mailing to whom nothing was sent, and nothing will be.
EXCLUDED = frozenset({S.CANCELLED, S.EXPIRED})

#: A reader of a mailing who was not written to yet, or has to be written to again. PLANNED: others come first.
WAITING = frozenset({S.PLANNED, S.PENDING, S.RETRY_WAIT})


def check(key: str, *, old: S, new: S) -> None:
    """Raise `IllegalTransition` unless the table allows this change."""
    if new not in LEGAL[old]:
        raise IllegalTransition(
            f"it is {old} and can't become {new}",
            subject=key,
            remedy=f"see what happened to it: publisher why {key}",
        )

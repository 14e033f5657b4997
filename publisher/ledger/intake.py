"""Many people put on a list at once, from a file: all of them, or nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal, select, update

from publisher.ledger import consents, maillists, subscribers, suppressions
from publisher.ledger.list_tables import consents as consents_table
from publisher.ledger.list_tables import subscribers as people
from publisher.ledger.list_tables import subscriptions
from publisher.ledger.listrecords import Act, Agreement, Newcomer, Subscriber, Suppression
from publisher.ledger.tables import Instant

_S = subscriptions.c


class Taking(StrEnum):
    """What became of somebody who was to be put on a list."""

    ADDED = "added"
    CHANGED = "changed"  #: was on it; what is known of them is different now
    THERE = "already-there"
    SUPPRESSED = "suppressed"  #: must not be written to, and is left out


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is to be on the list, and what shows their consent: the file and the row."""

    newcomer: Newcomer
    proof: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival; whoever is suppressed comes with the reason."""

    taking: Taking
    held: Suppression | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of some people. ``here``: whether they are on the list, by number, if they ever were."""

    people: Mapping[str, Subscriber]
    held: Mapping[str, Suppression]
    here: Mapping[int, bool]

    def taking(self, newcomer: Newcomer) -> Taken:
        """What is to become of somebody."""
        if newcomer.hash in self.held:
            return Taken(Taking.SUPPRESSED, self.held[newcomer.hash])
        person = self.people.get(newcomer.hash)
        if person is None or not self.here.get(person.id, False):
            return Taken(Taking.ADDED)
        return Taken(Taking.CHANGED if subscribers.differences(person, newcomer) else Taking.THERE)


class Intake:
    """A transaction in which people join one list."""

    def __init__(self, connection: Connection, name: str, *, agreement: Agreement, now: datetime) -> None:
        self._connection = connection
        self._list = name
        self._agreement = agreement
        self._now = now
        self._text = consents.text_id(connection, agreement.wording, at=agreement.at)
        self.is_kept = True

    def undo(self) -> None:
        """When it is over, nothing of it was ever there."""
        self.is_kept = False

    def take(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Put these people, each there once, on the list; gives what became of them, in the same order."""
        known = self._known([one.newcomer.hash for one in arrivals])
        taken = [known.taking(one.newcomer) for one in arrivals]
        coming = [one for one, found in zip(arrivals, taken, strict=True) if found.taking is not Taking.SUPPRESSED]
        self._make([one.newcomer for one in coming if one.newcomer.hash not in known.people])
        self._change([one.newcomer for one in coming if one.newcomer.hash in known.people], known)
        self._join([one for one, found in zip(arrivals, taken, strict=True) if found.taking is Taking.ADDED], known)
        self._consent_anew([one for one, found in zip(arrivals, taken, strict=True) if found.taking in _HERE], known)
        maillists.widen(
            self._connection, [self._list], columns=(name for one in coming for name in one.newcomer.attributes)
        )
        return taken

    def _known(self, hashes: Sequence[str]) -> _Known:
        found = subscribers.of_hashes(self._connection, hashes)
        numbers = [one.id for one in found.values()]
        query = select(_S.subscriber, _S.ended_at).where(_S.list == self._list, _S.subscriber.in_(numbers))
        here = {number: ended is None for number, ended in self._connection.execute(query).all()}
        held = suppressions.among(self._connection, hashes, lists=[self._list])
        return _Known(found, held, here)

    def _make(self, newcomers: Sequence[Newcomer]) -> None:
        if newcomers:
            rows = [subscribers.row(one, now=self._now) for one in newcomers]
            self._connection.execute(insert(people), rows)

    def _change(self, newcomers: Sequence[Newcomer], known: _Known) -> None:
        rows = [
            {"number": person.id, **{f"new_{name}": getattr(person, name) for name in _MAY_CHANGE}}
            | {f"new_{name}": value for name, value in changed.items()}
            for one in newcomers
            if (changed := subscribers.differences(person := known.people[one.hash], one))
        ]
        if rows:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _MAY_CHANGE}
            query = update(people).where(people.c.id == bindparam("number"))
            self._connection.execute(query.values(updated_at=self._now, **values), rows)

    def _join(self, arrivals: Sequence[Arrival], known: _Known) -> None:
        """Subscribe these, who are in the ledger by now, with a record of consent for each."""
        if not arrivals:
            return
        query = select(people.c.hash, people.c.id).where(people.c.hash.in_([one.newcomer.hash for one in arrivals]))
        numbers = {person: number for person, number in self._connection.execute(query).all()}  # noqa: C416  rows
        back = [number for number in numbers.values() if number in known.here]
        anew = {"since": self._now, "ended_at": None, "ended_by": ""}
        this = (_S.list == self._list, _S.subscriber.in_(back))
        self._connection.execute(update(subscriptions).where(*this).values(**anew))
        fresh = [number for number in numbers.values() if number not in known.here]
        whole = select(people.c.id, literal(self._list), literal(self._now, Instant), literal(""))
        self._connection.execute(
            insert(subscriptions).from_select(
                ["subscriber", "list", "since", "ended_by"], whole.where(people.c.id.in_(fresh))
            )
        )
        self._connection.execute(
            insert(consents_table), [self._consent(numbers[one.newcomer.hash], one.proof) for one in arrivals]
        )

    def _consent_anew(self, arrivals: Sequence[Arrival], known: _Known) -> None:
        """Whoever is on the list already gets a record of words that they have not said yes to before."""
        if self._text is None:
            return
        proofs = {known.people[one.newcomer.hash].id: one.proof for one in arrivals}
        kept = consents_table.c
        same = (kept.list == self._list, kept.text == self._text, kept.subscriber.in_(proofs))
        said = set(self._connection.scalars(select(kept.subscriber).where(*same)))
        rows = [self._consent(number, proof) for number, proof in proofs.items() if number not in said]
        if rows:
            self._connection.execute(insert(consents_table), rows)

    def _consent(self, number: int, proof: str) -> dict[str, object]:
        row = consents.row(number, self._list, act=Act.GIVEN, agreement=self._agreement, text=self._text)
        return {**row, "proof": proof}


_HERE = (Taking.THERE, Taking.CHANGED)
_MAY_CHANGE = ("name", "language", "attributes")

"""What came back: once for each mail and reader, known by the hash of their address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, String, cast, delete, func, insert, select, update

from publisher.ledger import suppressions
from publisher.ledger.database import reading
from publisher.ledger.list_tables import bounces, subscribers
from publisher.ledger.listrecords import Suppression
from publisher.ledger.tables import deliveries, recipients
from publisher.model import DeliveryState

_T, _R = bounces.c, recipients.c
_CHUNK = 500
_OF_SMTP = "smtp-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One mail that came back, for one reader. Instants are aware UTC."""

    digest: str  #: of the mail and the reader
    at: datetime
    hash: str  #: of the reader's address; empty when it can't be told
    key: str  #: of the mailing; empty when it can't be told
    kind: str
    reason: str
    status: str
    action: str
    source: str  #: smtp, imap or file


@dataclass(frozen=True, slots=True)
class Sent:
    """One row of a mailing: to whom, and which mailing."""

    id: int
    address: str
    key: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reader whom the server refused while a mailing went out."""

    sent: Sent
    at: datetime
    code: str
    words: str


class Bounces:
    """The table of bounces."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Bounce, *, suppression: Suppression | None = None, score: float | None = None) -> bool:
        """Write it down, with what follows from it, in one commit; False when this one is known already."""
        with self._engine.begin() as connection:
            if connection.execute(select(_T.id).where(_T.digest == new.digest)).first() is not None:
                return False
            connection.execute(insert(bounces).values(**_values(new)))
            if suppression is not None:
                suppressions.add(connection, suppression)
            if score is not None:
                scored = {"score": score, "scored_at": new.at}
                connection.execute(update(subscribers).where(subscribers.c.hash == new.hash).values(**scored))
        return True

    def known(self, digest: str) -> Bounce | None:
        """The bounce with this digest."""
        with reading(self._engine) as connection:
            row = connection.execute(select(bounces).where(_T.digest == digest)).mappings().first()
        return _record(row) if row is not None else None

    def change(self, digest: str, *, action: str) -> None:
        """What was done is this."""
        with self._engine.begin() as connection:
            connection.execute(update(bounces).where(_T.digest == digest).values(action=action))

    def forget(self, digest: str) -> None:
        """It was not done after all."""
        with self._engine.begin() as connection:
            connection.execute(delete(bounces).where(_T.digest == digest))

    def of(self, person: str) -> list[Bounce]:
        """Everything that came back for this hash, oldest first."""
        query = select(bounces).where(_T.hash == person).order_by(_T.at, _T.id)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def since(self, moment: datetime) -> list[Bounce]:
        """Everything that came back at this moment or later, oldest first."""
        query = select(bounces).where(_T.at >= moment).order_by(_T.at, _T.id)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def sent(self, recipient_id: int) -> Sent | None:
        """The row of a mailing with this number."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_R.id, _R.address, _R.key).where(_R.id == recipient_id)).first()
        return Sent(*row) if row is not None else None

    def sent_to(self, addresses: Sequence[str]) -> Mapping[str, Sent]:
        """The latest row of each of these addresses that was ever written to; by the address in small letters."""
        found: dict[str, Sent] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(addresses), _CHUNK):
                small = [one.lower() for one in addresses[start : start + _CHUNK]]
                found |= _latest(connection, small)
        return found

    def of_message(self, message_ids: Iterable[str]) -> Sent | None:
        """The row whose mail had one of these ids."""
        wanted = list(message_ids)
        query = select(_R.id, _R.address, _R.key).where(_R.remote_id.in_(wanted)).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).first() if wanted else None
        return Sent(*row) if row is not None else None

    def refusals(self, *, since: datetime, limit: int) -> list[Refusal]:
        """Readers whom the server refused from this moment on, and who are not among the bounces yet."""
        noted = _T.digest == _OF_SMTP + cast(_R.id, String)
        recent = select(deliveries.c.key).where(deliveries.c.updated_at >= since)
        query = (
            select(_R.id, _R.address, _R.key, _R.updated_at, _R.code, _R.detail)
            .outerjoin(bounces, noted)
            .where(_R.key.in_(recent), _R.state == DeliveryState.FAILED, _R.updated_at >= since, _T.id.is_(None))
            .order_by(_R.id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [Refusal(Sent(*row[:3]), *row[3:]) for row in connection.execute(query).all()]


def by_person(came: Iterable[Bounce]) -> dict[str, list[Bounce]]:
    """These bounces by the hash of the reader, without those that can't be told whose they are."""
    people: dict[str, list[Bounce]] = {}
    for one in came:
        if one.hash:
            people.setdefault(one.hash, []).append(one)
    return people


def digest_of_refusal(recipient_id: int) -> str:
    """The digest for a refusal while the mailing went out: each row is refused once at most."""
    return f"{_OF_SMTP}{recipient_id}"


def _latest(connection: Connection, addresses: list[str]) -> dict[str, Sent]:
    newest = select(func.max(_R.id)).where(func.lower(_R.address).in_(addresses)).group_by(func.lower(_R.address))
    rows = connection.execute(select(_R.id, _R.address, _R.key).where(_R.id.in_(newest))).all()
    return {row.address.lower(): Sent(*row) for row in rows}


def _values(one: Bounce) -> dict[str, object]:
    return {name: getattr(one, name) for name in Bounce.__slots__}


def _record(row: RowMapping) -> Bounce:
    return Bounce(**{name: row[name] for name in Bounce.__slots__})

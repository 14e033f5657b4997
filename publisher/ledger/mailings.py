"""Mailings as a whole: who of the readers is in which state and why, and what mailings before had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, case, delete, exists, func, or_, select, true, update

from publisher.ledger.database import reading
from publisher.ledger.deliveries import delivery_of
from publisher.ledger.list_tables import bounces
from publisher.ledger.listrecords import Excluded
from publisher.ledger.recipients import recipient_of
from publisher.ledger.records import Delivery, Recipient
from publisher.ledger.states import UNCERTAIN
from publisher.ledger.tables import attempts, deliveries, recipients
from publisher.model import DeliveryState, Kind

_ROWS = 10_000
_S = DeliveryState
_R, _D = recipients.c, deliveries.c

#: The states of those who have a mail, or may have it.
HAVE_IT = (_S.SENT, _S.SENDING, _S.UNKNOWN, _S.NEEDS_HUMAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many readers of a mailing share a language, a state, and the word for why they are excluded, if they are."""

    language: str
    state: DeliveryState
    code: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was found out afterwards about a reader of whom nobody knew."""

    recipient: Recipient
    state: DeliveryState
    code: str = ""
    detail: str = ""


class Mailings:
    """Questions about all readers of a mailing at once, and what is decided for all of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, key: str) -> list[Count]:
        """Every reader is in one of these counts; the codes of servers are not told apart."""
        code = _word()
        query = select(_R.language, _R.state, code, func.count()).where(_R.key == key)
        query = query.group_by(_R.language, _R.state, code).order_by(_R.language, _R.state)
        with reading(self._engine) as connection:
            return [
                Count(language=language, state=_S(state), code=word, number=number)
                for language, state, word, number in connection.execute(query)
            ]

    def candidates(self, key: str) -> int | None:
        """How many were frozen as candidates when the mailing began; None for mailings of older versions."""
        with reading(self._engine) as connection:
            return connection.execute(select(_D.candidates).where(_D.key == key)).scalar()

    def is_anybody_left(self, key: str) -> bool:
        """Whether somebody is neither excluded nor called off."""
        gone = (_S.CANCELLED, _S.EXPIRED)
        with reading(self._engine) as connection:
            found = select(_R.id).where(_R.key == key, _R.state.not_in(gone)).limit(1)
            return connection.execute(found).first() is not None

    def size(self, key: str) -> int:
        """To how many readers it goes, or went: all candidates but those who are excluded."""
        query = select(func.count()).where(_R.key == key, ~_excluded())
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def readers(self, key: str, *, among: Collection[DeliveryState] = ()) -> Iterator[Recipient]:
        """Everybody, or those in one of these states, in the order of the list; read as they are needed."""
        which = and_(_R.key == key, _R.state.in_(among)) if among else _R.key == key
        query = select(recipients).where(which).order_by(_R.id).execution_options(yield_per=_ROWS)
        with reading(self._engine) as connection:
            for row in connection.execute(query).mappings():
                yield recipient_of(row)

    def tried(self, key: str, *, among: Collection[DeliveryState]) -> Iterator[tuple[Recipient, datetime]]:
        """Those in one of these states, each with when they were written to last, or at least tried (aware UTC)."""
        begun = select(func.max(attempts.c.started_at)).where(attempts.c.key == key, attempts.c.fence == _R.fence)
        query = select(recipients, begun.scalar_subquery().label("begun")).where(_R.key == key, _R.state.in_(among))
        with reading(self._engine) as connection:
            for row in connection.execute(query.order_by(_R.id).execution_options(yield_per=_ROWS)).mappings():
                yield recipient_of(row), row["begun"] or row["updated_at"]

    def rule(self, rulings: Iterable[Ruling], *, now: datetime) -> None:
        """Write down what was found out; whoever is not uncertain any more stays as they are."""
        with self._engine.begin() as connection:
            for one in rulings:
                still = (_R.id == one.recipient.id, _R.state.in_(UNCERTAIN))
                values = {"state": one.state, "code": one.code, "detail": one.detail, "updated_at": now}
                connection.execute(update(recipients).where(*still).values(**values))

    def reopen(self, key: str, *, reason: str, who: str, now: datetime) -> bool:
        """Let a mailing go on that counts as sent, because some readers certainly have it not; False without any.

        Nothing else leads away from SENT: a mailing is sent while it is uncertain of some, when its channel says so.
        """
        waiting = exists().where(_R.key == key, _R.state == _S.PENDING)
        back = {"state": _S.PENDING, "reason": reason, "settled_by": who, "next_at": None, "updated_at": now}
        with self._engine.begin() as connection:
            open_again = update(deliveries).where(_D.key == key, _D.state == _S.SENT, waiting).values(**back)
            return bool(connection.execute(open_again).rowcount)

    def hold(self, key: str, *, reason: str) -> bool:
        """Let a mailing under way wait for a person; False when it does not wait, as while it is being sent."""
        waits = (_D.key == key, _D.state.in_((_S.PENDING, _S.RETRY_WAIT)))
        values = {"state": _S.RETRY_WAIT, "reason": reason, "next_at": None}
        with self._engine.begin() as connection:
            return bool(connection.execute(update(deliveries).where(*waits).values(**values)).rowcount)

    def of_address(self, address: str, *, prefix: str = "") -> list[tuple[Delivery, Recipient, datetime]]:
        """The mailings that know this address, oldest first, with when its row was written last (aware UTC)."""
        mine = func.lower(_R.address) == address.lower()
        clean = prefix.rstrip("/")
        below = or_(_D.key == clean, and_(_D.key > f"{clean}/", _D.key < f"{clean}0")) if clean else true()
        query = select(recipients).join(deliveries, _D.key == _R.key).where(mine, below).order_by(_D.due_at, _D.key)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
            keys = [row["key"] for row in rows]
            found = connection.execute(select(deliveries).where(_D.key.in_(keys))).mappings().all()
        by_key = {row["key"]: delivery_of(row) for row in found}
        return [(by_key[row["key"]], recipient_of(row), row["updated_at"]) for row in rows]

    def sizes(self, channel: str, *, besides: str, most: int) -> list[int]:
        """To how many readers the last few mailings of a channel went, the newest first; corrections don't count."""
        written = func.count().filter(~_excluded())
        narrowed = func.count().filter(_R.code == Excluded.NOT_THE_ORIGINAL)
        out = (_D.channel == channel, _D.key != besides, _D.attempts > 0, _D.state == _S.SENT)
        keys = select(_D.key).where(*out).order_by(_D.due_at.desc()).limit(most * 4)
        with reading(self._engine) as connection:
            found = []
            for key in connection.execute(keys).scalars().all():
                number, others = connection.execute(select(written, narrowed).where(_R.key == key)).one()
                if number and not others:
                    found.append(int(number))
                if len(found) == most:
                    break
        return found

    def accepted_since(self, moment: datetime) -> int:
        """How many mails servers took since then, of all mailings."""
        query = select(func.count()).where(_R.state == _S.SENT, _R.updated_at >= moment)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def complaints(self, channel: str, *, most: int) -> tuple[int, int]:
        """How many readers complained about the last few mailings of a channel, and how many had got them."""
        keys = select(_D.key).where(_D.channel == channel, _D.attempts > 0).order_by(_D.due_at.desc()).limit(most)
        wrong = (bounces.c.key.in_(keys), bounces.c.kind == "complaint")
        with reading(self._engine) as connection:
            complained = connection.execute(
                select(func.count(func.distinct(bounces.c.hash))).where(*wrong)
            ).scalar_one()
            got = select(func.count()).where(_R.key.in_(keys), _R.state == _S.SENT)
            return int(complained), int(connection.execute(got).scalar_one())

    def narrow(self, delivery: Delivery, *, now: datetime) -> int:
        """Of those who are still to be written to only they stay who have an earlier mail about the event.

        Gives how many were excluded now. An earlier mail is one of any other delivery about it on the same channel.
        """
        before = recipients.alias("before")
        others = select(_D.key).where(
            _D.source_id == delivery.source_id,
            _D.kind == Kind.EVENT,
            _D.channel == delivery.channel,
            _D.key != delivery.key,
        )
        have = select(func.lower(before.c.address)).where(before.c.key.in_(others), before.c.state.in_(HAVE_IT))
        waiting = (_R.key == delivery.key, _R.state == _S.PENDING, func.lower(_R.address).not_in(have))
        out = {
            "state": _S.CANCELLED,
            "code": Excluded.NOT_THE_ORIGINAL,
            "detail": "got no earlier mail about this event",
            "updated_at": now,
        }
        with self._engine.begin() as connection:
            return int(connection.execute(update(recipients).where(*waiting).values(**out)).rowcount)

    def forget(self, key: str) -> None:
        """Take back that the readers were frozen, as long as nobody was written to."""
        touched = select(recipients.c.id).where(_R.key == key, _R.attempts > 0)
        with self._engine.begin() as connection:
            if connection.execute(touched.limit(1)).first() is None:
                connection.execute(delete(recipients).where(_R.key == key))
                connection.execute(update(deliveries).where(_D.key == key).values(candidates=None))


def _excluded() -> ColumnElement[bool]:
    """For a reason of their own."""
    return (_R.state == _S.CANCELLED) & _R.code.in_(list(Excluded))


def _word() -> ColumnElement[str]:
    return case((_excluded(), _R.code), else_="")

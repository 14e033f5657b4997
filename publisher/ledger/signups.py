"""Who asked to be on a list and has not confirmed it: kept until then, or until it expires, and no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select

from publisher.ledger import consents
from publisher.ledger.database import forget_journal, reading
from publisher.ledger.list_tables import consent_texts, signups
from publisher.ledger.listrecords import Signup, Wording

_T, _W = signups.c, consent_texts.c
_WITH_WORDS = select(signups, _W.words, _W.version, _W.language.label("words_language")).join(
    consent_texts, _T.text == _W.id
)


class Signups:
    """The table of sign-ups."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, new: Signup) -> None:
        """Remember it, beside what the same address asked for before: any of the mails may be the one that is read."""
        with self._engine.begin() as connection:
            text = consents.text_id(connection, new.wording, at=new.asked_at)
            connection.execute(
                insert(signups).values(
                    token=new.token,
                    address=new.address,
                    name=new.name,
                    language=new.language,
                    lists=list(new.lists),
                    text=text,
                    asked_at=new.asked_at,
                    expires_at=new.expires_at,
                    proof=new.proof,
                )
            )

    def get(self, token: str, *, now: datetime) -> Signup | None:
        """The one with this token, as long as it may be confirmed; looking takes nothing away."""
        query = _WITH_WORDS.where(_T.token == token, _T.expires_at > now)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return _record(row) if row is not None else None

    def of(self, address: str) -> list[Signup]:
        """What an address has asked for, for those who want to know what we keep about them."""
        query = _WITH_WORDS.where(func.lower(_T.address) == address.lower())
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def expire(self, *, now: datetime) -> int:
        """Forget what was not confirmed in time, in the journal, too; gives how many."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(signups).where(_T.expires_at <= now)).rowcount
        if gone:
            forget_journal(self._engine)
        return int(gone)


def use(connection: Connection, token: str, *, now: datetime) -> bool:
    """Within a transaction: take away the one with this token; False when it is gone or expired."""
    return bool(connection.execute(delete(signups).where(_T.token == token, _T.expires_at > now)).rowcount)


def forget(connection: Connection, address: str) -> None:
    """Within a transaction: whatever this address has asked for."""
    connection.execute(delete(signups).where(func.lower(_T.address) == address.lower()))


def _record(row: RowMapping) -> Signup:
    return Signup(
        token=row["token"],
        address=row["address"],
        name=row["name"],
        language=row["language"],
        lists=tuple(row["lists"]),
        wording=Wording(language=row["words_language"], words=row["words"], version=row["version"]),
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        proof=row["proof"],
    )

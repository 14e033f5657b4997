"""The letters of mailings as they were when they began: the same bytes go out after a restart, whatever was edited."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from publisher.ledger.database import reading
from publisher.ledger.list_tables import letters

_T = letters.c


class FrozenLetter(NamedTuple):
    """A form letter as `publisher.channels.formletter` packs it. ``variant`` says for whom of a language it is."""

    language: str
    variant: str
    content: bytes


class FrozenLetters:
    """The table of letters. What is in it stays as it was put in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def freeze(self, key: str, letter: FrozenLetter) -> bytes:
        """Keep a letter of a delivery; gives the content that is kept, which is an earlier one if there was one."""
        here = (_T.key == key, _T.language == letter.language, _T.variant == letter.variant)
        with self._engine.begin() as connection:
            kept = connection.execute(select(_T.content).where(*here)).scalar()
            if kept is not None:
                return bytes(kept)
            digest = hashlib.sha256(letter.content).hexdigest()
            connection.execute(insert(letters).values(key=key, sha256=digest, **letter._asdict()))
        return letter.content

    def of(self, key: str) -> list[FrozenLetter]:
        """All letters of a delivery, in the order in which they were made."""
        query = select(_T.language, _T.variant, _T.content).where(_T.key == key).order_by(_T.id)
        with reading(self._engine) as connection:
            return [FrozenLetter(row[0], row[1], bytes(row[2])) for row in connection.execute(query).all()]

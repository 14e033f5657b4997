"""The archive: mails that went out, one for each list and language, without what was meant for one reader alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from publisher.ledger.database import reading
from publisher.ledger.list_tables import archive

_T = archive.c
_MAIL = (_T.key, _T.list, _T.language, _T.sent_at, _T.sha256, _T.subject, _T.preheader, _T.text, _T.html)
_ENTRY = (_T.key, _T.list, _T.language, _T.sent_at, _T.subject, _T.preheader)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntry:
    """What a list of the archive shows of a mail. ``sent_at`` is when its mailing began (aware UTC)."""

    key: str
    list: str
    language: str
    sent_at: datetime
    subject: str
    preheader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMail(ArchiveEntry):
    """A mail as everybody may read it. Pictures stand in ``html`` as ``data:``; ``sha256`` is over the mail itself."""

    sha256: str
    text: str
    html: str = ""


class Archive:
    """The table of the archive. What is in it stays as it was put in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, mail: ArchivedMail) -> bool:
        """Put a mail in; False when the one of this key, list and language is in already: what went out first stays."""
        with self._engine.begin() as connection:
            here = _here(mail.key, list_name=mail.list, language=mail.language)
            if connection.execute(select(_T.id).where(*here)).scalar() is not None:
                return False
            connection.execute(insert(archive).values(**asdict(mail)))
        return True

    def languages(self, list_name: str) -> dict[str, int]:
        """How many mails there are in each language."""
        query = select(_T.language, func.count()).where(_T.list == list_name).group_by(_T.language)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query.order_by(_T.language)).all()}

    def entries(self, list_name: str, language: str, *, limit: int, offset: int = 0) -> list[ArchiveEntry]:
        """The mails of a list in a language, the newest first."""
        query = select(*_ENTRY).where(_T.list == list_name, _T.language == language)
        query = query.order_by(_T.sent_at.desc(), _T.id.desc()).limit(limit).offset(offset)
        with reading(self._engine) as connection:
            return [ArchiveEntry(**_fields(row)) for row in connection.execute(query).mappings().all()]

    def mail(self, key: str, *, list_name: str, language: str) -> ArchivedMail | None:
        """The whole mail, if it is there."""
        query = select(*_MAIL).where(*_here(key, list_name=list_name, language=language))
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return ArchivedMail(**_fields(row)) if row is not None else None

    def translations(self, key: str, *, list_name: str) -> list[str]:
        """The languages in which a mail of this list is there."""
        query = select(_T.language).where(_T.key == key, _T.list == list_name).order_by(_T.language)
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars().all())


def _here(key: str, *, list_name: str, language: str) -> tuple[ColumnElement[bool], ...]:
    return (_T.key == key, _T.list == list_name, _T.language == language)


def _fields(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}

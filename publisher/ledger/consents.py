"""Records of consent, and the texts that people consented to. They are written with what they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from publisher.ledger.list_tables import consent_texts, consents
from publisher.ledger.listrecords import Act, Agreement, Consent, How, Wording

_T, _W = consents.c, consent_texts.c


def text_id(connection: Connection, wording: Wording | None, *, at: datetime) -> int | None:
    """The row of a text; the same words in the same language under the same name have one."""
    if wording is None:
        return None
    sha256 = _sha256(wording)
    found = connection.execute(select(_W.id).where(_W.sha256 == sha256)).scalar()
    if found is not None:
        return int(found)
    row = {"language": wording.language, "version": wording.version, "words": wording.words}
    new = insert(consent_texts).values(sha256=sha256, first_used_at=at, **row)
    return int(connection.execute(new.returning(_W.id)).scalar_one())


def note(connection: Connection, subscriber: int, lists: Iterable[str], *, act: Act, agreement: Agreement) -> None:
    """Write down that somebody gave or withdrew consent to these lists."""
    text = text_id(connection, agreement.wording, at=agreement.at)
    rows = [row(subscriber, name, act=act, agreement=agreement, text=text) for name in lists]
    if rows:
        connection.execute(insert(consents), rows)


def row(subscriber: int, name: str, *, act: Act, agreement: Agreement, text: int | None) -> dict[str, Any]:
    """One record as a row."""
    return {
        "subscriber": subscriber,
        "list": name,
        "at": agreement.at,
        "act": act,
        "how": agreement.how,
        "text": text,
        "proof": agreement.proof,
    }


def of(connection: Connection, subscriber: int) -> list[Consent]:
    """All records of somebody, oldest first."""
    query = (
        select(consents, _W.language, _W.version, _W.words)
        .outerjoin(consent_texts, _T.text == _W.id)
        .where(_T.subscriber == subscriber)
        .order_by(_T.id)
    )
    return [_record(one) for one in connection.execute(query).mappings().all()]


def _record(row: RowMapping) -> Consent:
    wording = None
    if row["text"] is not None:
        wording = Wording(language=row["language"], words=row["words"], version=row["version"])
    return Consent(
        list=row["list"],
        at=row["at"],
        act=Act(row["act"]),
        how=How(row["how"]),
        proof=row["proof"],
        wording=wording,
    )


def _sha256(wording: Wording) -> str:
    whole = f"{wording.language}\0{wording.version}\0{wording.words}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

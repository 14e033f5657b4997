"""Everything that is known about one person, for themselves (GDPR, articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from publisher.ledger.database import reading
from publisher.ledger.ledger import Ledger
from publisher.ledger.list_tables import bounces
from publisher.ledger.listrecords import Consent, Signup, Subscriber, Subscription, Suppression, Wording


def known_about(person: str, ledger: Ledger, *, address: str = "") -> dict[str, Any]:
    """As JSON. ``person`` is the hash of an address; without the address, that of the subscriber is taken."""
    subscriber = ledger.subscribers.by_hash(person)
    known = address or (subscriber.address if subscriber is not None else "")
    number = subscriber.id if subscriber is not None else 0
    return {
        "address": known,
        "subscriber": _subscriber(subscriber) if subscriber is not None else None,
        "subscriptions": [_subscription(one) for one in ledger.subscribers.subscriptions(number)],
        "consents": [_consent(one) for one in ledger.subscribers.consents(number)],
        "not_written_to": [_suppression(one) for one in ledger.suppressions.of(person)],
        "waiting_for_confirmation": [_signup(one) for one in ledger.signups.of(known)] if known else [],
        "mailings": list(_mailings(ledger, known)) if known else [],
        "returned_mails": list(_bounces(ledger, person)),
    }


def _subscriber(one: Subscriber) -> dict[str, Any]:
    return {
        "name": one.name,
        "language": one.language,
        "further": dict(one.attributes),
        "paused_until": _utc(one.paused_until),
        "bounce_score": one.score,
        "known_since": _utc(one.created_at),
        "changed_at": _utc(one.updated_at),
    }


def _subscription(one: Subscription) -> dict[str, Any]:
    return {"list": one.list, "since": _utc(one.since), "ended_at": _utc(one.ended_at), "ended_by": one.ended_by}


def _consent(one: Consent) -> dict[str, Any]:
    words = {"list": one.list, "at": _utc(one.at), "act": one.act, "how": one.how, "proof": one.proof}
    return {**words, "text": _wording(one.wording) if one.wording is not None else None}


def _wording(one: Wording) -> dict[str, str]:
    return {"language": one.language, "version": one.version, "words": one.words}


def _suppression(one: Suppression) -> dict[str, Any]:
    return {"list": one.list or "all", "reason": one.reason, "since": _utc(one.since), "detail": one.detail}


def _signup(one: Signup) -> dict[str, Any]:
    return {
        "name": one.name,
        "language": one.language,
        "lists": list(one.lists),
        "asked_at": _utc(one.asked_at),
        "expires_at": _utc(one.expires_at),
        "text": _wording(one.wording),
        "proof": one.proof,
    }


def _mailings(ledger: Ledger, address: str) -> Iterable[dict[str, Any]]:
    for delivery, recipient, at in ledger.mailings.of_address(address):
        yield {
            "key": delivery.key,
            "due_at": _utc(delivery.due_at),
            "state": recipient.state,
            "at": _utc(at),
            "language": recipient.reader.language,
            "name": recipient.reader.name,
            "further": dict(recipient.reader.attributes),
            "message_id": recipient.remote_id,
            "answer": " ".join(filter(None, [recipient.code, recipient.detail])),
        }


def _bounces(ledger: Ledger, person: str) -> Iterable[dict[str, Any]]:
    here = bounces.c
    query = select(here.at, here.key, here.kind, here.reason, here.status, here.action).where(here.hash == person)
    with reading(ledger.engine) as connection:
        for row in connection.execute(query.order_by(here.at)).mappings().all():
            yield {**row, "at": _utc(row["at"])}


def _utc(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant is not None else None

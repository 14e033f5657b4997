"""Everything that is kept about one reader, for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from publisher.ledger.listrecords import Consent, Signup, Subscriber
from publisher.web.reception import Reception


def all_about(reception: Reception, one: Subscriber) -> dict[str, Any]:
    """As JSON takes it; instants as ISO 8601 writes them."""
    ledger = reception.ledger
    return {
        "address": one.address,
        "name": one.name,
        "language": one.language,
        "attributes": dict(one.attributes),
        "paused_until": _written(one.paused_until),
        "bounce_score": one.score,
        "known_since": _written(one.created_at),
        "changed": _written(one.updated_at),
        "subscriptions": [
            {"list": each.list, "since": _written(each.since), "ended": _written(each.ended_at), "by": each.ended_by}
            for each in ledger.subscribers.subscriptions(one.id)
        ],
        "consents": [_consent(each) for each in ledger.subscribers.consents(one.id)],
        "not_written_to": [
            {"list": each.list or "all", "reason": str(each.reason), "since": _written(each.since)}
            for each in ledger.suppressions.of(one.hash)
        ],
        "unconfirmed": [_signup(each) for each in ledger.signups.of(one.address)],
        "code": one.hash,
    }


def _consent(one: Consent) -> dict[str, Any]:
    return {
        "list": one.list,
        "at": _written(one.at),
        "act": str(one.act),
        "how": str(one.how),
        "proof": one.proof,
        "words": one.wording.words if one.wording else "",
        "language": one.wording.language if one.wording else "",
        "version": one.wording.version if one.wording else "",
    }


def _signup(one: Signup) -> dict[str, Any]:
    return {
        "lists": list(one.lists),
        "name": one.name,
        "language": one.language,
        "asked": _written(one.asked_at),
        "expires": _written(one.expires_at),
        "proof": one.proof,
        "words": one.wording.words,
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None

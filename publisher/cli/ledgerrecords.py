"""Deliveries as ``status --format json`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.cli.common import zulu

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.ledger.ledger import Ledger
    from publisher.ledger.records import Approval, Attempt, Delivery, Part
    from publisher.newsletter.accounting import Account


def delivery_record(ledger: Ledger, row: Delivery) -> dict[str, object]:
    """What the ledger knows of a delivery; ``readbacks``, ``parts``, and those of readers only where there are any."""
    record: dict[str, object] = {
        "key": row.key,
        "channel": row.channel,
        "state": str(row.state),
        "due_utc": zulu(row.due_at),
        "attempts": [_attempt(one) for one in ledger.attempts.of(row.key)] if row.attempts else [],
        "remote_id": row.remote_id,
        "remote_url": row.remote_url,
        "reason": row.reason,
        "approvals": [_approval(one) for one in ledger.approvals.of(row.key)],
    }
    if row.attempts and (seen := ledger.readbacks.of(row.key)):
        record["readbacks"] = [
            {"attempt": one.attempt, "at_utc": zulu(one.at), "saw": str(one.saw), "detail": one.detail} for one in seen
        ]
    if row.attempts and (parts := ledger.parts.of(row.key)):
        record["parts"] = [_part(one) for one in parts]
    if row.attempts and (tally := ledger.recipients.tally(row.key)).total:
        from publisher.newsletter.accounting import account_of

        record["recipients"] = {str(state): count for state, count in tally.by_state.items()}
        record["accounting"] = account_record(account_of(ledger, row.key))
    return record


def account_record(found: Account) -> dict[str, object]:
    """The figures for JSON."""
    return {
        "key": found.key,
        "candidates": found.candidates,
        **{str(fate): number for fate, number in found.fates.items()},
        "excluded_by_reason": dict(found.excluded),
        "languages": {
            language: {str(fate): number for fate, number in fates.items()}
            for language, fates in found.languages.items()
        },
        "gap": found.gap,
        "closed": found.is_closed,
    }


def _approval(one: Approval) -> dict[str, object]:
    return {"who": one.who, "at_utc": zulu(one.given_at), "language": one.language, "sha256": one.sha256}


def _attempt(one: Attempt) -> dict[str, object]:
    return {
        "number": one.number,
        "started_utc": zulu(one.started_at),
        "finished_utc": _when(one.finished_at),
        "outcome": str(one.outcome) if one.outcome else "",
        "code": one.code,
        "detail": one.detail,
    }


def _part(one: Part) -> dict[str, object]:
    return {
        "number": one.number,
        "state": str(one.state),
        "remote_id": one.remote_id,
        "remote_url": one.remote_url,
        "started_utc": _when(one.started_at),
        "finished_utc": _when(one.finished_at),
        "code": one.code,
        "detail": one.detail,
    }


def _when(instant: datetime | None) -> str:
    return zulu(instant) if instant else ""

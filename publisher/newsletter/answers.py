"""What a citizen or an auditor is told of one address: did they get it, and if not, why not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from publisher.ledger.listrecords import EVERY_LIST, Subscriber, Subscription, Suppression
from publisher.ledger.records import Recipient
from publisher.newsletter.accounting import FATES, Fate, reason_of

_WHEN = "%Y-%m-%d %H:%M UTC"


def answer(one: Recipient, *, at: datetime) -> str:
    """One line on one reader of one mailing. ``at`` is when its row was written last (aware UTC)."""
    said = words_of(one)
    fate, when = FATES[one.state], f"{at:{_WHEN}}"
    words = {
        Fate.PLANNED: "planned: their turn has not come yet",
        Fate.CLAIMED: f"being written to since {when}",
        Fate.ACCEPTED: f"got it: accepted by the mail server {when}",
        Fate.DEFERRED: f"deferred{f' until {one.next_at:{_WHEN}}' if one.next_at else ''}",
        Fate.REFUSED: f"did not get it: refused by the mail server {when}",
        Fate.UNCERTAIN: f"uncertain since {when}: it may have arrived",
        Fate.EXCLUDED: f"did not get it: excluded, {reason_of(one.state, one.code)}",
    }[fate]
    return f"{words}{f': {said}' if said else ''}"


def words_of(one: Recipient) -> str:
    """What the server said of a reader, or why they are excluded; without what the office is told to do about it."""
    detail = one.detail.partition(" → ")[0]
    code = one.code.partition(" ")[0] if one.code[:1].isdigit() else ""
    return " ".join(filter(None, [code if not detail.startswith(code) else "", detail]))


def standing(
    *,
    suppressions: Sequence[Suppression],
    subscriber: Subscriber | None,
    subscriptions: Sequence[Subscription],
    now: datetime,
) -> Iterator[str]:
    """What holds for a person now: suppressed, paused, on which lists and on which no more."""
    for one in suppressions:
        where = "everything" if one.list == EVERY_LIST else one.list
        yield f"suppressed for {where} since {one.since:{_WHEN}}: {one.reason}{f', {one.detail}' if one.detail else ''}"
    if subscriber is not None and subscriber.paused_until is not None and subscriber.paused_until > now:
        yield f"wants no mail until {subscriber.paused_until:{_WHEN}}"
    for subscription in subscriptions:
        if subscription.ended_at is None:
            yield f"on the list {subscription.list} since {subscription.since:{_WHEN}}"
        else:
            by = f" ({subscription.ended_by})" if subscription.ended_by else ""
            yield f"left the list {subscription.list} {subscription.ended_at:{_WHEN}}{by}"

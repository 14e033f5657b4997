"""What is said of one delivery: with its own key, and of its readers without their addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from publisher.bulk.pace import WAITS_FOR_DOMAIN
from publisher.channels.addresses import masked
from publisher.ledger.records import Recipient, Result
from publisher.model import DeliveryState

LATER = "nothing to do: the others get it later"

_KEY = re.compile(r"\b(publisher (?:retry|resolve|why)) KEY\b")
_MOST_NAMED = 5
_MOST_ANSWERS = 3


def with_key(words: str, key: str) -> str:
    """The same words, the commands in which can be pasted: ``publisher retry KEY`` gets its key."""
    return _KEY.sub(lambda found: f"{found[1]} {key}", words)


def about(result: Result, key: str) -> Result:
    """The same result, its reason with the key of the delivery."""
    return replace(result, reason=with_key(result.reason, key))


def named(readers: Sequence[Recipient]) -> str:
    """The first of those concerned, as they may be shown."""
    names = [masked(one.reader.address) for one in readers[:_MOST_NAMED]]
    more = f" and {len(readers) - _MOST_NAMED} more" if len(readers) > _MOST_NAMED else ""
    return f"{', '.join(names)}{more}"


def refusals(readers: Sequence[Recipient]) -> str:
    """Who was refused for good, and why, in one line; empty when nobody was. Those with the same reason together."""
    groups: dict[str, list[Recipient]] = {}
    for one in readers:
        if one.state is DeliveryState.FAILED:
            groups.setdefault(_answer(one), []).append(one)
    said = [f"{named(group)}: {answer}".removesuffix(": ") for answer, group in list(groups.items())[:_MOST_ANSWERS]]
    others = sum(map(len, list(groups.values())[_MOST_ANSWERS:]))
    return "; ".join([*said, f"{others} more for other reasons: publisher why KEY"] if others else said)


def delay(one: Recipient) -> str:
    """Why a reader has to wait; empty when that is not known."""
    if not one.code or one.code == WAITS_FOR_DOMAIN:
        return one.detail
    return f"the mail server says: {_answer(one)} → {LATER}"


def _answer(one: Recipient) -> str:
    """``550 5.1.1 No such user → delete it``, without what names the reader: so the same answers are the same words."""
    code = one.code.partition(" ")[0]
    return f"{code} {one.detail}".strip().replace(masked(one.reader.address), "…")

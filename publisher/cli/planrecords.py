"""Deliveries as ``plan --format json`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.cli.common import wall, zulu

if TYPE_CHECKING:
    from publisher.model import Planned


def plan_record(one: Planned, state: str) -> dict[str, object]:
    """A delivery as the public interface prints it."""
    return {
        "key": one.key,
        "occurrence": one.occurrence,
        "kind": str(one.kind),
        "source_id": one.source_id,
        "step": one.step,
        "template": one.template,
        "channel": one.channel.id,
        "channel_type": one.channel.type,
        "languages": list(one.languages),
        "local": wall(one.local),
        "timezone": one.channel.calendar.timezone,
        "utc": zulu(one.due_at),
        "state": state,
        "reason": one.reason,
    }

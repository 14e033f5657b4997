"""Chips: what is to be known of a delivery at a glance, and how far away it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from publisher.consent import Consent, Standing, called
from publisher.model import ApprovalPolicy, Planned, PlanState
from publisher.preview import Preview
from publisher.sentences import Sentence


class ChipKind(StrEnum):
    """What a chip is about; the page and the terminal give each a colour."""

    STOPPED = "stopped"
    PAUSED = "paused"
    LATE = "late"
    NEEDS_APPROVAL = "needs approval"
    HELD = "held"
    MOVED = "moved"
    BLACKOUT = "blackout"
    DRAFT = "draft"
    SKIPPED = "skipped"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words."""

    kind: ChipKind
    words: str


def chips_of(planned: Planned, previews: Iterable[Preview], *, now: datetime, pause: str = "") -> list[Chip]:
    """The chips of a delivery and its languages. ``now`` is aware UTC; ``pause`` says why its channel is paused."""
    found = list(previews)
    chips = [*_of_time(planned, now), *_of_plan(planned)]
    if any(one.is_stopped for one in found):
        chips.insert(0, Chip(ChipKind.STOPPED, "has an error"))
    if pause:
        chips.insert(0, Chip(ChipKind.PAUSED, pause))
    if planned.goes_out and planned.channel.approval is not ApprovalPolicy.NONE:
        chips += dict.fromkeys(_of_standing(one.standing) for one in found)
    return chips


def _of_time(planned: Planned, now: datetime) -> Iterator[Chip]:
    if not planned.goes_out or planned.due_at > now:
        return
    is_over = planned.expires_at is not None and planned.expires_at <= now
    yield Chip(ChipKind.LATE, "too late" if is_over else "late")


def _of_plan(planned: Planned) -> Iterator[Chip]:
    if blackout := _blackout(planned.reason):
        yield Chip(ChipKind.BLACKOUT, blackout)
    if planned.goes_out and planned.local != planned.nominal_local:
        yield Chip(ChipKind.MOVED, f"moved from {planned.nominal_local:%d %b %H:%M}")
    if planned.state is PlanState.DRAFT:
        yield Chip(ChipKind.DRAFT, "draft")
    if planned.state is PlanState.SKIPPED:
        yield Chip(ChipKind.SKIPPED, f"skipped: {planned.reason}")
    if planned.state is PlanState.HELD and planned.channel.approval is ApprovalPolicy.NONE:
        yield Chip(ChipKind.HELD, f"held: {planned.reason}")


def _of_standing(standing: Standing) -> Chip:
    if standing.consent is Consent.GIVEN:
        return Chip(ChipKind.APPROVED, f"approved by {standing.people}")
    if standing.consent is Consent.VOID and standing.last is not None:
        return Chip(ChipKind.NEEDS_APPROVAL, f"changed since {called(standing.last.who)} approved it")
    so_far = f" (so far: {standing.people})" if standing.by else ""
    return Chip(ChipKind.NEEDS_APPROVAL, f"needs approval{so_far}")


def _blackout(reason: str) -> str:
    """The blackout that a reason speaks of, however deep it stands in it."""
    if not isinstance(reason, Sentence):
        return ""
    if reason.pattern.startswith("blackout "):
        return str(reason)
    return next((found for part in reason.parts.values() if isinstance(part, str) and (found := _blackout(part))), "")


def far_away(planned: Planned, *, now: datetime) -> str:
    """``in 114 days``, on the calendar of the channel's zone."""
    today = now.astimezone(ZoneInfo(planned.channel.calendar.timezone)).date()
    return _days(planned.local.date(), today)


def _days(day: date, today: date) -> str:
    distance = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(distance) or (f"in {distance} days" if distance > 0 else f"{-distance} days ago")


def city(zone: str) -> str:
    """``Warsaw`` for ``Europe/Warsaw``: people know their city better than an offset."""
    return zone.rpartition("/")[2].replace("_", " ")


def elsewhere(planned: Planned, zones: Iterable[str]) -> list[str]:
    """The hour at the other places: ``Helsinki 11:00``. Those with the same clock are left out."""
    own = planned.due_at.astimezone(ZoneInfo(planned.channel.calendar.timezone))
    found = []
    for zone in dict.fromkeys(zones):
        there = planned.due_at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        if there.utcoffset() != own.utcoffset():
            day = "" if there.date() == own.date() else f" {there:%d %b}"
            found.append(f"{city(zone)}{day} {there:%H:%M}")
    return found

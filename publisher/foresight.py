"""What the plan itself shows to be different from what people may expect: moved, left out, or over already. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.model import Event, EventStatus, Kind, Place, Planned, PlanState, Problem, Severity
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.sentences import Sentence, counted, sentence
from publisher.timing.anchors import end_at
from publisher.timing.spoken import spoken_moment


@dataclass(frozen=True, slots=True)
class _Kind:
    """One sort of surprise: its code, how bad it is, and the mend."""

    code: str
    severity: Severity
    hint: Sentence


_MOVED = _Kind(
    "moved",
    Severity.INFO,
    sentence("Nothing to do if that is right. Else change the time, or add  outside_hours: send anyway."),
)
_LEFT_OUT = _Kind(
    "left-out",
    Severity.WARNING,
    sentence("Change the step, add to the event what is missing, or take the step out of it with  changes: drop."),
)
_PAST = _Kind(
    "step-in-past",
    Severity.INFO,
    sentence("What went out then is not sent again. If it should still go out, give it a time that lies ahead."),
)


def surprises(planned: Iterable[Planned], schedule: Schedule, *, now: datetime) -> Iterator[Problem]:
    """One problem for each step or post that is concerned, however many events and channels share it.

    What recurs moves and pauses all the time, so nothing is said about it, nor about events that are over.
    """
    found: dict[tuple[_Kind, Place], dict[str, list[Planned]]] = defaultdict(lambda: defaultdict(list))
    entries = {entry.name: entry for entry in schedule.entries}
    for one in planned:
        kind = _kind(one, entries.get(f"{one.kind}s/{one.source_id}"), now) if not one.recurs else None
        if kind is not None and one.place is not None:
            found[kind, one.place][one.source_id].append(one)
    for (kind, place), sources in found.items():
        first, *_ = same = next(iter(sources.values()))
        message = _message(kind, same)
        if others := len(sources) - 1:
            more = counted("It is the same for {n} other.", "It is the same for {n} others.", n=others)
            message = sentence("{message} {more}", message=message, more=more)
        about = f"{first.kind}s/{first.source_id}"
        yield Problem(code=kind.code, severity=kind.severity, message=message, hint=kind.hint, place=place, about=about)


def _kind(one: Planned, entry: Entry | None, now: datetime) -> _Kind | None:
    if entry is None:
        return None
    event = entry.source if isinstance(entry.source, Event) else None
    if event is not None and (event.status is not EventStatus.CONFIRMED or end_at(event) < now):
        return None
    if one.due_at < now:
        is_late = one.expires_at is not None and one.expires_at < now
        return _PAST if is_late and one.goes_out else None
    if one.state is PlanState.SKIPPED:
        return _LEFT_OUT
    return _MOVED if one.local != one.nominal_local and one.goes_out else None


def _message(kind: _Kind, same: Sequence[Planned]) -> Sentence:
    """About the first of these, which differ in nothing but channel and language."""
    one = same[0]
    what = sentence("“{id}”", id=one.source_id)
    if one.kind is Kind.EVENT:
        what = sentence("“{template}” of “{id}”", template=one.template, id=one.source_id)
    if kind is _LEFT_OUT:
        channels = ", ".join(sorted({each.channel.id for each in same}))
        return sentence("{what} never goes out on {channel}: {reason}.", what=what, channel=channels, reason=one.reason)
    if kind is _PAST:
        return sentence("{what} was due on {moment}, and that has passed.", what=what, moment=spoken_moment(one.local))
    return sentence(
        "{what} does not go out on {nominal} but on {moment}: {reason}.",
        what=what,
        nominal=spoken_moment(one.nominal_local),
        moment=spoken_moment(one.local),
        reason=one.reason.parts.get("reason", one.reason),
    )

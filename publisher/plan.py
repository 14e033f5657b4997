"""What goes out, where and when: a schedule and a window of time give the deliveries in it. Pure.

The key of a delivery is made of the wall time and zone that the rule gives, before quiet hours, holidays or blackouts
move it: a later blackout moves the delivery, it does not make another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from publisher.model import ApprovalPolicy, Channel, Digest, Event, EventStatus, Form, Planned, PlanState
from publisher.schedulefile.schedule import Entry, Schedule, Step
from publisher.sentences import NOTHING, Sentence, sentence
from publisher.timing.anchors import NoSuchMoment, due_local, start_at
from publisher.timing.calendar import FURTHEST, shift
from publisher.timing.instants import to_instant, to_local
from publisher.timing.phrases import Fixed, Recurring, WorkingDay, is_recurring
from publisher.timing.recurrence import moments
from publisher.timing.truth import TRUE_WHEN, Span, Truth, span

TruthOf: TypeAlias = Callable[[str], Truth]
"""From the name of a template to the time span in which its words are true."""

_ONLY_WHEN = {"cancelled": EventStatus.CANCELLED, "postponed": EventStatus.POSTPONED}
_NEEDED = {
    ApprovalPolicy.NONE: 0,
    ApprovalPolicy.ANYONE: 1,
    ApprovalPolicy.ANYONE_BUT_AUTHOR: 1,
    ApprovalPolicy.TWO: 2,
}
_WAITS = sentence("waits for approval")
_DAY = timedelta(days=1)
_STATUS = {
    EventStatus.DRAFT: sentence("the event is a draft"),
    EventStatus.CONFIRMED: sentence("the event is confirmed"),
    EventStatus.POSTPONED: sentence("the event is postponed"),
    EventStatus.CANCELLED: sentence("the event is cancelled"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Instants (aware UTC): from ``begin``, included, to ``end``, excluded."""

    begin: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.begin <= instant < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the plan needs beside the file: forms of the channel types, truth of the templates, approvals given."""

    forms: Mapping[str, Form]
    truth_of: TruthOf
    approvals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def plan(schedule: Schedule, *, window: Window, rules: Rules) -> list[Planned]:
    """All deliveries that are due in the window, by time; skipped and held ones too, with the reason."""
    return [one for one in plan_around(schedule, window=window, rules=rules) if window.holds(one.due_at)]


def plan_around(schedule: Schedule, *, window: Window, rules: Rules) -> list[Planned]:
    """The same without the limits of the window: every single moment, and the recurring ones around the window."""
    found: dict[str, Planned] = {}
    as_step_wants = _Channels(schedule.channels)
    for entry in schedule.entries:
        for step in entry.steps:
            channels = [as_step_wants(channel_id, step) for channel_id in step.to]
            for planned in _of_step(entry, step, channels=channels, window=window, rules=rules):
                found.setdefault(planned.key, _unless_empty(planned, entry, schedule))
    return sorted(found.values(), key=lambda planned: (planned.due_at, planned.key))


def _of_step(
    entry: Entry, step: Step, *, channels: Sequence[Channel], window: Window, rules: Rules
) -> Iterator[Planned]:
    """What one step asks for. Channels that keep the same hours get the same times, worked out once."""
    known: dict[Hashable, list[Planned]] = {}
    for channel in channels:
        hours = (channel.calendar, channel.if_late)
        if hours not in known:
            known[hours] = list(_of_channel(entry, step, channel=channel, window=window, rules=rules))
        for planned in known[hours]:
            yield from _per_language(planned, channel, rules)


def _unless_empty(planned: Planned, entry: Entry, schedule: Schedule) -> Planned:
    """A digest with nothing in it is skipped, unless the file wants it all the same."""
    digest = entry.source
    if not isinstance(digest, Digest) or not digest.skip_if_empty or not planned.goes_out:
        return planned
    first = planned.local.date()
    if schedule.events_between(first, first + digest.covers):
        return planned
    return replace(
        planned, state=PlanState.SKIPPED, reason=sentence("no events in the next {days} days", days=digest.covers.days)
    )


def _of_channel(entry: Entry, step: Step, *, channel: Channel, window: Window, rules: Rules) -> Iterator[Planned]:
    try:
        nominals = list(_moments(entry, step, channel=channel, window=window))
    except NoSuchMoment as error:
        yield from _without_moment(entry, step, channel=channel, reason=error.message)
        return
    truth = rules.truth_of(step.template)
    placed = [_place(entry, step, channel=channel, nominal=nominal, truth=truth) for nominal in nominals]
    yield from _one_at_a_time(placed)


def _one_at_a_time(placed: list[Planned]) -> Iterator[Planned]:
    """When quiet days push several of a recurring announcement together, the one that is due then anyway goes out."""
    taken = {planned.local for planned in placed if planned.state is PlanState.PLANNED}
    for planned in placed:
        if planned.state is not PlanState.MOVED:
            yield planned
        elif planned.local in taken:
            reason = sentence("{reason}; another one goes out then", reason=planned.reason)
            yield replace(planned, state=PlanState.SKIPPED, reason=reason)
        else:
            taken.add(planned.local)
            yield planned


class _Channels:
    """The channels with what steps say differently; steps that say the same share one."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._known: dict[Hashable, Channel] = {}

    def __call__(self, name: str, step: Step) -> Channel:
        """The channel as this step wants it."""
        key = (name, step.outside_hours, step.has_if_late, step.if_late)
        if key not in self._known:
            self._known[key] = _with_step(self._channels[name], step)
        return self._known[key]


def _with_step(channel: Channel, step: Step) -> Channel:
    """The channel with what this step says differently."""
    calendar = channel.calendar
    if step.outside_hours is not None:
        calendar = replace(calendar, outside_hours=step.outside_hours)
    return replace(channel, calendar=calendar, if_late=step.if_late if step.has_if_late else channel.if_late)


def _moments(entry: Entry, step: Step, *, channel: Channel, window: Window) -> Iterator[datetime]:
    """The wall times that the rule gives, in the channel's zone, before anything moves them."""
    phrase, zone = step.phrase, channel.calendar.timezone
    event = entry.source if isinstance(entry.source, Event) else None
    match phrase:
        case Fixed(local):
            yield local
        case Recurring() | WorkingDay():
            first = (to_local(window.begin, zone) - FURTHEST).date()
            last = (to_local(window.end, zone) + FURTHEST).date()
            if event is not None:
                first, last = max(first, event.when.first), min(last, event.when.last)
            yield from moments(phrase, first=first, last=last, calendar=channel.calendar)
        case _ if event is not None:
            yield due_local(phrase, event, zone)
        case _:
            raise NoSuchMoment(sentence("this time counts from an event, and here is none"))


def _place(entry: Entry, step: Step, *, channel: Channel, nominal: datetime, truth: Truth) -> Planned:
    """Where a nominal wall time ends up, and whether the words are true then."""
    zone = channel.calendar.timezone
    moved = shift(nominal, channel.calendar)
    local = moved.local or nominal
    due_at = to_instant(local, zone)
    true_in = span(truth, entry.source) if isinstance(entry.source, Event) else Span()
    state, reason = _verdict(entry, step, moved_from=nominal, local=moved.local, reason=moved.reason)
    if state is not PlanState.SKIPPED and not true_in.holds(due_at):
        state, reason = _untrue(step, truth, reason=reason, state=state)
    late = due_at + channel.if_late if channel.if_late is not None else None
    ends = [instant for instant in (late, true_until(entry, step.template, truth=truth, due_at=due_at)) if instant]
    occurrence = f"{entry.source.id}/{step.template}/{nominal:%Y-%m-%dT%H:%M}@{zone}"
    return Planned(
        key=f"{occurrence}/{channel.id}",
        occurrence=occurrence,
        kind=entry.kind,
        source_id=entry.source.id,
        step=step.words,
        template=step.template,
        channel=channel,
        languages=channel.languages,
        local=to_local(due_at, zone),
        nominal_local=nominal,
        due_at=due_at,
        state=state,
        reason=reason,
        expires_at=min(ends, default=None),
        recurs=is_recurring(step.phrase),
        place=step.place,
    )


def true_until(entry: Entry, template: str, *, truth: Truth, due_at: datetime) -> datetime | None:
    """From when on words that are due at ``due_at`` would be wrong, however late they may be otherwise.

    What was to go out before an event does not go out after its start, unless its template allows it.
    """
    event = entry.source
    if not isinstance(event, Event):
        return None
    if truth is not Truth.ALWAYS:
        return span(truth, event).end
    start = start_at(event)
    return start if template not in _ONLY_WHEN and due_at < start else None


def called_off(entry: Entry, template: str) -> Sentence:
    """Why a template has nothing to say of an event as it stands; empty when it has."""
    status = entry.source.status if isinstance(entry.source, Event) else EventStatus.CONFIRMED
    return NOTHING if status is _ONLY_WHEN.get(template, EventStatus.CONFIRMED) else _STATUS[status]


def _verdict(
    entry: Entry, step: Step, *, moved_from: datetime, local: datetime | None, reason: Sentence
) -> tuple[PlanState, Sentence]:
    if isinstance(entry.source, Event) and entry.source.status is EventStatus.DRAFT:
        return PlanState.DRAFT, _STATUS[EventStatus.DRAFT]
    if off := called_off(entry, step.template):
        return PlanState.SKIPPED, off
    if local is None:
        return PlanState.SKIPPED, reason
    if local != moved_from:
        moved = sentence("{reason}: moved from {nominal:%Y-%m-%d %H:%M}", reason=reason, nominal=moved_from)
        return PlanState.MOVED, moved
    return PlanState.PLANNED, NOTHING


def _untrue(step: Step, truth: Truth, *, reason: Sentence, state: PlanState) -> tuple[PlanState, Sentence]:
    """A draft stays a draft; anything else does not go out when its words would be wrong."""
    if state is PlanState.DRAFT:
        return state, reason
    untrue = sentence("“{template}” is only true {when}", template=step.template, when=TRUE_WHEN[truth])
    return PlanState.SKIPPED, _both(reason, untrue)


def _per_language(planned: Planned, channel: Channel, rules: Rules) -> Iterator[Planned]:
    """What is planned, on this channel. A post goes out once per language; a mailing carries all of them."""
    key = f"{planned.occurrence}/{channel.id}"
    if rules.forms[channel.type] is Form.MAIL:
        yield _on(channel, planned, key=key, languages=channel.languages, approvals=rules.approvals)
        return
    for language in channel.languages:
        yield _on(channel, planned, key=f"{key}/{language}", languages=(language,), approvals=rules.approvals)


def _on(
    channel: Channel, planned: Planned, *, key: str, languages: tuple[str, ...], approvals: Mapping[str, int]
) -> Planned:
    """The delivery of this key, which may have to wait for an approval."""
    state, reason = planned.state, planned.reason
    if planned.goes_out and not is_approved(channel.approval, approvals.get(key, 0)):
        state, reason = PlanState.HELD, _both(reason, _WAITS)
    return replace(planned, channel=channel, key=key, languages=languages, state=state, reason=reason)


def _both(first: Sentence, second: Sentence) -> Sentence:
    """Two reasons, the first of which may be none."""
    return sentence("{first}; {second}", first=first, second=second) if first else second


def is_approved(policy: ApprovalPolicy, given: int) -> bool:
    """Whether so many approvals are enough."""
    return given >= _NEEDED[policy]


def _without_moment(entry: Entry, step: Step, *, channel: Channel, reason: Sentence) -> Iterator[Planned]:
    """A step that has no time shows up on the event's first day, skipped."""
    if not isinstance(entry.source, Event):
        return
    nominal = datetime.combine(entry.source.when.first, datetime.min.time())
    planned = _place(entry, step, channel=channel, nominal=nominal, truth=Truth.ALWAYS)
    yield replace(planned, state=PlanState.SKIPPED, reason=reason)


def default_window(now: datetime) -> Window:
    """What ``publisher plan`` shows when nothing else is asked for: thirteen months from today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(midnight, midnight + 400 * _DAY)

"""Working days, public holidays, quiet hours and blackouts, and what to do with a time that falls into them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from publisher.model import Calendar, OutsideHours, QuietHours
from publisher.publicholidays import holidays_of
from publisher.sentences import NOTHING, Sentence, sentence

#: Further than this nothing is moved: by then it would be another announcement.
FURTHEST = timedelta(days=60)

_SATURDAY = 5
_WEEKEND = sentence("weekend")
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a wall time ended up. ``local`` is None when it may not go out at all; ``reason`` is for people."""

    local: datetime | None
    reason: Sentence = NOTHING


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Monday to Friday, no public holiday of the calendar's countries."""
    return day.weekday() < _SATURDAY and not holiday_name(day, calendar)


def holiday_name(day: date, calendar: Calendar) -> str:
    """The public holiday on this day, or an empty text."""
    return next((name for code in calendar.holidays if (name := holidays_of(code, day.year).get(day))), "")


def why_not(local: datetime, calendar: Calendar) -> Sentence:
    """Why nothing goes out at this wall time; empty when it may."""
    return _day_reason(local.date(), calendar) or _quiet_reason(local.time(), calendar.quiet_hours)


def shift(local: datetime, calendar: Calendar) -> Shift:
    """The wall time at which something planned for ``local`` goes out, and why it is another one.

    Quiet hours are left first, then whole days: what was due on Saturday at 21:00 goes out when Monday's quiet hours
    end, not a day later.
    """
    reason = why_not(local, calendar)
    if not reason or calendar.outside_hours is OutsideHours.SEND:
        return Shift(local)
    if calendar.outside_hours is OutsideHours.SKIP:
        return Shift(None, reason)
    step = -_DAY if calendar.outside_hours is OutsideHours.MOVE_EARLIER else _DAY
    moved = _out_of_quiet(local, calendar)
    while _day_reason(moved.date(), calendar):
        moved += step
        if abs(moved - local) > FURTHEST:
            free = sentence("{reason}; no free day within {days} days", reason=reason, days=FURTHEST.days)
            return Shift(None, free)
    return Shift(moved, reason)


def _out_of_quiet(local: datetime, calendar: Calendar) -> datetime:
    """The nearest wall time outside the quiet hours, in the direction that the calendar asks for."""
    quiet = calendar.quiet_hours
    if quiet is None or not _quiet_reason(local.time(), quiet):
        return local
    if calendar.outside_hours is OutsideHours.MOVE_EARLIER:
        before = datetime.combine(local.date(), quiet.begin) - _MINUTE
        return before if before < local else before - _DAY
    after = datetime.combine(local.date(), quiet.end)
    return after if after > local else after + _DAY


def _day_reason(day: date, calendar: Calendar) -> Sentence:
    for blackout in calendar.blackouts:
        if blackout.first <= day <= blackout.last:
            return sentence("blackout “{why}”", why=blackout.why)
    if name := holiday_name(day, calendar):
        return sentence("public holiday “{name}”", name=name)
    if not calendar.weekends and day.weekday() >= _SATURDAY:
        return _WEEKEND
    return NOTHING


def _quiet_reason(at: time, quiet: QuietHours | None) -> Sentence:
    if quiet is None:
        return NOTHING
    same_day = quiet.begin <= quiet.end
    inside = quiet.begin <= at < quiet.end if same_day else at >= quiet.begin or at < quiet.end
    if not inside:
        return NOTHING
    return sentence("quiet hours {begin:%H:%M}-{end:%H:%M}", begin=quiet.begin, end=quiet.end)

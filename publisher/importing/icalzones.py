"""The offset of a time zone that only its calendar knows, by the rules of its VTIMEZONE (RFC 5545 section 3.6.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar.prop import vRecur

from publisher.importing.recurring import Series

_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)
_MOMENT = re.compile(r"(\d{8})T(\d{4})\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Observance:
    """A STANDARD or DAYLIGHT part, as it is written."""

    start: str  #: DTSTART, on the clock that ends
    before: str  #: TZOFFSETFROM
    after: str  #: TZOFFSETTO
    rule: str = ""
    dates: tuple[str, ...] = ()  #: RDATE

    def onsets(self, wall: datetime) -> Iterator[datetime]:
        """Moments at which it begins, near enough to a wall time to tell whether it holds then."""
        begins = [moment for text in (self.start, *self.dates) for moment in _moments(text)]
        yield from begins
        if self.rule and begins:
            # Whatever icalendar or the rule itself has against it: then only the dates count.
            with suppress(ValueError, TypeError, KeyError, AttributeError, OverflowError):
                rule = {str(name).upper(): list(values) for name, values in vRecur.from_ical(self.rule).items()}
                series = Series(rule=rule, start=begins[0])
                for year in (wall.year - 1, wall.year):
                    onset = series.next_from(date(year, 1, 1))
                    if onset is not None:
                        yield onset


def offset_at(observances: Sequence[Observance], wall: datetime) -> timedelta | None:
    """How far that clock is ahead of UTC when it shows this wall time; None when its rules can't be read."""
    begun = [(onset, one) for one in observances for onset in one.onsets(wall)]
    past = [(onset, one.after) for onset, one in begun if onset <= wall]
    if past:
        return _offset(max(past, key=_onset)[1])
    return _offset(min(begun, key=_onset)[1].before) if begun else None


def _onset(one: tuple[datetime, object]) -> datetime:
    return one[0]


def _moments(text: str) -> Iterable[datetime]:
    for day, clock in _MOMENT.findall(text):
        with suppress(ValueError):
            yield datetime.strptime(f"{day}{clock}", "%Y%m%d%H%M")  # noqa: DTZ007  wall time


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return (-length if found[1] == "-" else length) if length < timedelta(days=1) else None

"""Events from iCalendar (RFC 5545), as calendar programs publish them.

What is never taken: private and confidential events, the names and addresses of organisers and guests, alarms, files.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import timezone as tz
from typing import Any

from icalendar import Component, Event
from icalendar.prop import vDDDTypes, vDuration, vRecur, vText
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from publisher.importing.found import MAX_EVENTS, Basket, FoundEvent, Harvest, Setting
from publisher.importing.icalblocks import MAX_BLOCKS, Block, Blocks, cut
from publisher.importing.icalzones import offset_at
from publisher.importing.periods import NoPeriod, Period, Told, at_offset, at_utc, between, known_zone
from publisher.importing.recurring import RuleNotKnown, Series
from publisher.importing.texts import (
    NAME_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    clean,
    in_utf8,
    language_code,
    shortened,
    web_link,
    without_markup,
)
from publisher.timing.instants import to_local

MAX_SERIES = 100
_UNTIL = re.compile(r"UNTIL=(\d{8})", re.ASCII | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([nN,;\\])")
_DAY = timedelta(days=1)
_UTC_NAMES = {"UTC", "ETC/UTC", "GMT", "ETC/GMT", "Z"}
_LONGEST_TZID = 60


def looks_like_ical(content: bytes) -> bool:
    """Whether these bytes begin like a calendar."""
    head = in_utf8(content[: len(content[:200]) // 2 * 2])
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_ical(content: bytes, setting: Setting, *, charset: str = "") -> Harvest:
    """The events of a calendar; what can't be used is noted. Raises nothing for any content."""
    blocks = cut(content, charset=charset)
    basket = Basket(setting)
    if blocks.guessed:
        basket.note(f"The calendar is not in UTF-8; it was read as {blocks.guessed}.")
    if len(blocks.events) >= MAX_BLOCKS:
        basket.note(f"Only the first {MAX_BLOCKS:,} events of the calendar were looked at.")
    _Reader(basket, blocks).run()
    return basket.harvest()


class _Reader:
    def __init__(self, basket: Basket, blocks: Blocks) -> None:
        self._basket = basket
        self._setting = basket.setting
        self._blocks = blocks
        self._moved: dict[str, set[date]] = {}

    def run(self) -> None:
        for block in self._wanted():
            if block.raw("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
                self._basket.note("Events that are marked as private or confidential were left out.")
                continue
            name = shortened(clean(block.raw("SUMMARY")), 80) or "without a title"
            try:
                self._take(block)
            except NoPeriod as fault:
                self._basket.note(f"“{name}” was left out: {fault}.")
            except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, RecursionError):
                # icalendar has no single error for what it can't parse.
                self._basket.note(f"“{name}” was left out: it is not written as iCalendar wants it.")

    # --- which events -------------------------------------------------------------------------------------

    def _wanted(self) -> list[Block]:
        """The newest revision of each event that may be wanted, by date, as many as are ever taken."""
        newest: dict[tuple[str, str], Block] = {}
        for number, block in enumerate(self._blocks.events):
            key = (block.raw("UID") or str(number), block.raw("RECURRENCE-ID"))
            if key not in newest or block.revision >= newest[key].revision:
                newest[key] = block
            if key[1]:
                self._moved.setdefault(key[0], set()).update(block.days("RECURRENCE-ID"))
        series = [block for block in newest.values() if block.repeats and not self._has_run_out(block)]
        single = [block for block in newest.values() if not block.repeats and not self._is_over(block)]
        if len(series) > MAX_SERIES:
            self._basket.note(f"Of {len(series)} repeating events only the first {MAX_SERIES} were looked at.")
        single.sort(key=lambda block: block.raw("DTSTART"))
        if len(single) > MAX_EVENTS:
            self._basket.note(f"The calendar has {len(single)} events; the first {MAX_EVENTS} of them were taken.")
        return series[:MAX_SERIES] + single[:MAX_EVENTS]

    def _is_over(self, block: Block) -> bool:
        """Whether it certainly ended before today, by a look at its digits; that needs no parser."""
        if self._setting.with_past or block.raw("DURATION"):
            return False
        days = [*block.days("DTSTART"), *block.days("DTEND")]
        is_over = bool(days) and max(days) < self._setting.today - _DAY
        self._basket.past += is_over
        return is_over

    def _has_run_out(self, block: Block) -> bool:
        """The same for a repeating event, by its UNTIL."""
        until = _UNTIL.search(block.raw("RRULE"))
        today = f"{self._setting.today - _DAY:%Y%m%d}"
        has_run_out = until is not None and until[1] < today and not block.raw("RDATE")
        self._basket.past += has_run_out
        return has_run_out

    # --- one event ----------------------------------------------------------------------------------------

    def _take(self, block: Block) -> None:
        component = Event.from_ical(block.content())
        start = self._told(component, "DTSTART", block)
        if start is None:
            raise NoPeriod("it has no date")
        title = _words(component, "SUMMARY", TITLE_LENGTH)
        if not title:
            raise NoPeriod("it has no title")
        uid = clean(str(component.get("UID", ""))) or _made_up(block)
        period, remark = self._period(component, start, block)
        found = self._found(component, uid, title=title, period=period)
        found = replace(found, timezone=start.timezone, remarks=tuple(filter(None, (*found.remarks, remark))))
        if block.repeats:
            self._take_series(component, found, block)
        else:
            moved = "".join(f"#{day:%Y%m%d}" for day in itertools.islice(block.days("RECURRENCE-ID"), 1))
            self._basket.put(replace(found, uid=uid + moved))

    def _found(self, component: Component, uid: str, *, title: Mapping[str, str], period: Period) -> FoundEvent:
        place = shortened(without_markup(_text(component, "LOCATION")), NAME_LENGTH)
        status = _text(component, "STATUS").strip().upper()
        is_off = status == "CANCELLED" or self._blocks.method == "CANCEL"
        return FoundEvent(
            uid=uid,
            title=title,
            period=period,
            summary=_summary(component),
            venue="" if web_link(place) else place,
            online=web_link(place),
            link=web_link(_text(component, "URL")),
            is_off=is_off,
            remarks=tuple(
                f"its source calls it {state}"
                for state, holds in (("cancelled", is_off), ("tentative", status == "TENTATIVE"))
                if holds
            ),
        )

    def _take_series(self, component: Component, found: FoundEvent, block: Block) -> None:
        """The next date of a repeating event; each date is an event of its own, so that the past stays as it was."""
        period = found.period
        uid = block.raw("UID")
        series = Series(
            rule=self._rule(component, found, told=block.raw("RRULE")),
            start=datetime.combine(period.first, period.begin or datetime.min.time()),
            without=frozenset(block.days("EXDATE")) | self._moved.get(uid, set()),
            also=frozenset(block.days("RDATE")) | {period.first},
        )
        remark = "it repeats at its source; this is its next date"
        try:
            next_start = series.next_from(self._setting.today)
        except RuleNotKnown as fault:
            if period.last < self._setting.today:
                raise NoPeriod(f"it repeats in a way that is not understood ({fault})") from None
            next_start = series.start
            remark = "it repeats at its source in a way that is not understood; this is its first date"
        if next_start is None:
            self._basket.past += 1
            return
        shift = next_start.date() - period.first
        moved = replace(period, first=period.first + shift, last=period.last + shift)
        uid = f"{found.uid}#{moved.first:%Y%m%d}"
        self._basket.put(replace(found, uid=uid, period=moved, remarks=(*found.remarks, remark)))

    def _rule(self, component: Component, found: FoundEvent, *, told: str) -> Mapping[str, list[Any]]:
        rule = _first(component, "RRULE")
        if rule is None and not told:
            return {}
        if not isinstance(rule, vRecur) or not rule:
            raise NoPeriod("the rule by which it repeats can't be read")
        parts = {str(name).upper(): list(values) for name, values in rule.items()}
        zone = found.timezone or self._setting.timezone
        parts["UNTIL"] = [
            to_local(until, zone) if isinstance(until, datetime) and until.tzinfo else until
            for until in parts.get("UNTIL", [])
        ]
        return {name: values for name, values in parts.items() if values}

    # --- times --------------------------------------------------------------------------------------------

    def _period(self, component: Component, start: Told, block: Block) -> tuple[Period, str]:
        """DTEND is the first moment that is no longer in it: of 11 to 13 May it is 14 May (section 3.6.1)."""
        end = self._told(component, "DTEND", block)
        if end is None and isinstance(length := _first(component, "DURATION"), (vDDDTypes, vDuration)):
            duration = length.dt if hasattr(length, "dt") else length.td
            if isinstance(duration, timedelta):
                wall = start.wall + max(duration, timedelta())
                end = Told(wall.date(), None if start.clock is None else wall.time(), start.timezone)
        if start.clock is None and end is not None:
            end = Told(max(start.day, (end.wall - timedelta(microseconds=1)).date()))
        return between(start, end, timezone=self._setting.timezone)

    def _told(self, component: Component, name: str, block: Block) -> Told | None:
        prop = _first(component, name)
        if not isinstance(prop, vDDDTypes):
            return None
        moment = prop.dt
        if isinstance(moment, datetime):
            tzid = "UTC" if block.raw(name).endswith("Z") else clean(block.zone(name))
            return self._on_clock(moment.replace(tzinfo=None), tzid)
        return Told(moment) if isinstance(moment, date) else None

    def _on_clock(self, wall: datetime, tzid: str) -> Told:
        """A wall time in its zone; a time in UTC, which is nobody's clock, in that of the calendar."""
        if tzid.upper() in _UTC_NAMES:
            calendar = known_zone(self._blocks.timezone)
            if not calendar or calendar.upper() in _UTC_NAMES or calendar == self._setting.timezone:
                return at_utc(wall, self._setting.timezone)
            return replace(at_utc(wall, calendar), timezone=calendar)
        zone = self._zone(tzid) if tzid else ""
        if tzid and not zone and (offset := offset_at(self._blocks.rules.get(tzid, ()), wall)) is not None:
            return at_offset(wall.replace(tzinfo=tz(offset)), self._setting.timezone)
        remark = f"its time zone “{tzid[:_LONGEST_TZID]}” is not known" if tzid and not zone else ""
        return Told(wall.date(), wall.time(), "" if zone == self._setting.timezone else zone, remark)

    def _zone(self, tzid: str) -> str:
        """The IANA name: as it stands, as the file explains it, as Windows calls it, or at the end of a path."""
        parts = tzid.split("/")
        names = (tzid, self._blocks.zones.get(tzid, ""), WINDOWS_TO_OLSON.get(tzid, ""), "/".join(parts[-2:]))
        return next((zone for name in names if (zone := known_zone(name))), "")


def _first(component: Component, name: str) -> Any:  # noqa: ANN401  whatever icalendar made of it
    prop = component.get(name)
    return prop[0] if isinstance(prop, list) and prop else prop


def _text(component: Component, name: str) -> str:
    prop = _first(component, name)
    return str(prop) if isinstance(prop, str) else ""


def _words(component: Component, name: str, most: int) -> dict[str, str]:
    """Words by language; some programs write one line per language, although only one is allowed."""
    given = component.get(name)
    words: dict[str, str] = {}
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, vText) and (text := shortened(without_markup(str(one)), most)):
            words.setdefault(language_code(one.params.get("LANGUAGE")), text)
    return words


def _summary(component: Component) -> Mapping[str, str]:
    """The description; else the one in HTML, in which Outlook puts it."""
    words = _words(component, "DESCRIPTION", SUMMARY_LENGTH)
    html = _first(component, "X-ALT-DESC")
    if words or html is None:
        return words
    text = shortened(without_markup(_ESCAPED.sub(_unescaped, str(html))), SUMMARY_LENGTH)
    return {"": text} if text else {}


def _unescaped(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]


def _made_up(block: Block) -> str:
    """A name for what has none."""
    told = f"{block.raw('SUMMARY')}\n{block.raw('DTSTART')}\n{block.raw('RECURRENCE-ID')}"
    return "nameless-" + hashlib.sha256(told.encode()).hexdigest()[:20]

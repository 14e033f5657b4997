"""Days, hours and zones in words, as people write them in a sentence.

All functions are pure. ``language`` is a code as in the file (``pl``, ``de-AT``); an unknown one raises `RenderError`,
an unknown ``style`` `ValueError`. Results hold no spaces but the ordinary one: people can't search for the others, and
X counts some double. Where a line must not break, `publisher.render.typography` says so, in HTML alone. The forms of
each language are in `publisher.render.grammar`.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from publisher.model import When
from publisher.render.clocks import OtherClock, seen_from
from publisher.render.grammar import Grammar, base_language, grammar_of, locale_of
from publisher.render.phrases import CITY_TIME, RELATIVE_DAYS, RelativeDays
from publisher.render.texts import ordinary_spaces

WHEN_STYLES = ("prose", "compact", "weekday", "on")
DAY_STYLES = ("prose", "short", "weekday", "on")

_WEEK = 7


@lru_cache(maxsize=2048)
def when_in_words(when: When, language: str, *, style: str = "prose", audience: str = "") -> str:
    """When an event is.

    ``prose``: one day with its weekday, several as a sentence says them ("del 12 al 14 de mayo de 2026, de 9:00 a
    16:30"). ``compact``: no weekday and dashes for ranges. ``weekday``: always with weekdays. ``on``, as an answer to
    "when?": on Tuesday, from 11 to 13 May.

    ``audience`` is the zone of those who read it. Where their clock shows another time than that of the event, it is
    said whose hours they are, and the readers' own are added, with the days if those are others too.
    """
    _must_be_one_of(style, WHEN_STYLES)
    words = _days_in_words(when, language, style=style) + _hours_in_words(when, language, style=style)
    seen = seen_from(when, audience)
    if not seen.differs:
        return _clean(words)
    return _clean(words + _whose(when.timezone, language) + _as_seen(seen, when, language, style=style))


def day_in_words(day: date, language: str, *, style: str = "prose") -> str:
    """One day.

    ``prose``: 16 March 2027. ``short``: 16 March. ``weekday``: Tuesday, 16 March 2027.
    ``on``, as an answer to "when?": on Tuesday, 16 March 2027.
    """
    _must_be_one_of(style, DAY_STYLES)
    grammar = grammar_of(language)
    pattern = grammar.short if style == "short" else grammar.day
    words = _format(day, pattern, language)
    if style == "weekday":
        words = grammar.with_weekday.format(weekday=_format(day, grammar.name_of_day, language), day=words)
    if style == "on":
        words = grammar.on_weekday.format(weekday=_on_weekday(day, language), day=words)
    return _clean(grammar.finish_days(words))


def time_in_words(at: time, language: str) -> str:
    """An hour that stands alone: 09:30, fi 9.30, de 9:30 Uhr, fr 9 h 30."""
    return _clean(grammar_of(language).time.format(time=_clock(at, language)))


def month_in_words(first: date, language: str) -> str:
    """The month of a day, as in a heading: May 2027, maj 2027, toukokuu 2027."""
    return _clean(_format(first, grammar_of(language).month, language))


def relative_day(today: date, day: date, language: str) -> str:
    """How far a day is from ``today``: today, tomorrow, in 3 days, in 2 weeks, yesterday, 3 days ago.

    Whole weeks from one on are counted in weeks. A language without a table gets the day itself.
    """
    table = RELATIVE_DAYS.get(base_language(language))
    distance = (day - today).days
    if table is None:
        return day_in_words(day, language)
    return table.words.get(distance) or _counted_days(distance, table, language)


def zone_in_words(timezone: str, language: str) -> str:
    """Whose clock the hours are on: Warsaw time, czasu warszawskiego, hora de Varsovia.

    Named by its city, never by an abbreviation: those of CLDR are wrong for Dublin, and for Helsinki in French.
    """
    from babel.dates import get_timezone_location

    city = get_timezone_location(timezone, locale=locale_of(language), return_city=True)
    city = city.rpartition("/")[2]  # where Babel has no name, it gives that of the zone
    phrase = CITY_TIME.get(base_language(language))
    return phrase(timezone, city) if phrase and _has_a_city(timezone) else city


def _has_a_city(timezone: str) -> bool:
    return "/" in timezone and not timezone.startswith("Etc/")


def _must_be_one_of(style: str, styles: tuple[str, ...]) -> None:
    if style not in styles:
        raise ValueError(f"the style is one of {', '.join(styles)}; “{style}” is none of them")


def _days_in_words(when: When, language: str, *, style: str) -> str:
    days = _one_day(when.first, language, style=style) if when.first == when.last else _days(when, language, style)
    return grammar_of(language).finish_days(days)


def _hours_in_words(when: When, language: str, *, style: str) -> str:
    return grammar_of(language).finish_hours(_hours(when, language, style=style))


def _whose(timezone: str, language: str) -> str:
    return grammar_of(language).clock_of.format(zone=zone_in_words(timezone, language))


def _as_seen(seen: OtherClock, when: When, language: str, *, style: str) -> str:
    """The readers' own hours in brackets, with the days when those are others; empty when they differ by day."""
    own = seen.when
    if own is None:
        return ""
    hours = _hours_in_words(own, language, style=style) + _whose(own.timezone, language)
    days = _days_in_words(own, language, style="compact") if own.first != when.first else ""
    return f" ({days}{hours if days else hours.lstrip(', ')})"


def _one_day(first: date, language: str, *, style: str) -> str:
    grammar = grammar_of(language)
    day = _format(first, grammar.day, language)
    if style == "compact":
        return day
    if style == "on":
        return grammar.on_weekday.format(weekday=_on_weekday(first, language), day=day)
    return grammar.with_weekday.format(weekday=_format(first, grammar.name_of_day, language), day=day)


def _days(when: When, language: str, style: str) -> str:
    """Several days; what the first shares with the last is said once."""
    grammar = grammar_of(language)
    near = bool(grammar.number) and (when.first.year, when.first.month) == (when.last.year, when.last.month)
    ends = {
        "first": _format(when.first, _first_pattern(when, grammar), language),
        "last": _format(when.last, grammar.day, language),
    }
    if style == "weekday":
        return _days_with_weekdays(when, ends, language, near=near)
    return _joined(grammar, near=near, style=style).format(**ends)


def _days_with_weekdays(when: When, ends: dict[str, str], language: str, *, near: bool) -> str:
    """Each end with its weekday, or a range of weekdays before that of the days."""
    grammar = grammar_of(language)
    days = {"first": when.first, "last": when.last}
    names = {end: _format(day, grammar.name_of_day, language) for end, day in days.items()}
    if near and not grammar.end_with_weekday:
        return grammar.with_weekday.format(weekday=grammar.near.format(**names), day=grammar.near.format(**ends))
    joined = _joined(grammar, near=near, style="prose" if grammar.end_with_weekday else "compact")
    weekday = grammar.end_with_weekday or grammar.with_weekday
    return joined.format(**{end: weekday.format(weekday=names[end], day=ends[end]) for end in ends})


def _first_pattern(when: When, grammar: Grammar) -> str:
    if when.first.year != when.last.year or not grammar.number:
        return grammar.day
    return grammar.number if when.first.month == when.last.month else grammar.short


def _joined(grammar: Grammar, *, near: bool, style: str) -> str:
    plain, prose, on = (
        (grammar.near, grammar.prose_near, grammar.on_near)
        if near
        else (grammar.far, grammar.prose_far, grammar.on_far)
    )
    if style == "compact":
        return plain
    return (style == "on" and on) or prose or plain


def _hours(when: When, language: str, *, style: str) -> str:
    """The hours with what ties them to the day; empty for an all-day event."""
    if when.begin is None:
        return ""
    grammar = grammar_of(language)
    begin = _clock(when.begin, language)
    if when.end is None or when.end == when.begin:
        at = (grammar.at_one or grammar.at) if when.begin.hour == 1 else grammar.at
        return at.format(time=begin)
    hours = grammar.hours if style == "compact" else grammar.prose_hours or grammar.hours
    return hours.format(begin=begin, end=_clock(when.end, language))


def _clock(at: time, language: str) -> str:
    from babel.dates import format_time

    grammar = grammar_of(language)
    pattern = grammar.full_hour if grammar.full_hour and at.minute == 0 else grammar.clock
    return format_time(at, pattern, locale=locale_of(language))


def _format(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=locale_of(language))


def _on_weekday(day: date, language: str) -> str:
    grammar = grammar_of(language)
    return grammar.on[day.weekday()] if grammar.on else _format(day, grammar.name_of_day, language)


def _counted_days(distance: int, table: RelativeDays, language: str) -> str:
    """Two and more days, or weeks where they come out even, in the right plural."""
    weeks, rest = divmod(abs(distance), _WEEK)
    if rest:
        return (table.days_ahead if distance > 0 else table.days_ago).format(n=abs(distance))
    phrases = table.weeks_ahead if distance > 0 else table.weeks_ago
    return phrases.get(locale_of(language).plural_form(weeks), phrases["other"]).format(n=weeks)


def _clean(words: str) -> str:
    """No spaces of CLDR's but the ordinary one, and none around a dash that had thin ones."""
    return ordinary_spaces(words.replace("\u2009\u2013\u2009", "\u2013"))

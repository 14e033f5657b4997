"""Events from a table in CSV, as spreadsheets save it: comma, semicolon or tab, UTF-8 or Windows-1250.

The header names the columns like the fields of an event, or in Polish. Dates are year-month-day or, as spreadsheets in
Poland write them, day.month.year; with slashes nobody knows which is the month, so those are refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from publisher.importing.errors import SourceUnusable
from publisher.importing.found import Basket, FoundEvent, Harvest, Setting
from publisher.importing.periods import NoPeriod, Period, all_day, known_zone, timed
from publisher.importing.texts import NAME_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, clean, decoded, shortened, web_link

#: Column as people call it → field.
_COLUMNS = {
    "id": "id", "uid": "id", "title": "title", "tytuł": "title", "tytul": "title", "nazwa": "title", "name": "title",
    "when": "when", "kiedy": "when", "termin": "when", "date": "start", "data": "start", "start": "start",
    "początek": "start", "od": "start", "from": "start", "end": "end", "koniec": "end", "do": "end", "to": "end",
    "hours": "hours", "godziny": "hours", "godzina": "hours", "time": "hours", "timezone": "timezone",
    "strefa": "timezone", "venue": "venue", "miejsce": "venue", "place": "venue", "location": "venue",
    "address": "address", "adres": "address", "online": "online", "link": "link", "url": "link", "strona": "link",
    "register": "register", "zapisy": "register", "rejestracja": "register", "summary": "summary", "opis": "summary",
    "description": "summary", "organiser": "organiser", "organizator": "organiser", "organizer": "organiser",
    # as Outlook and Google Calendar call them
    "subject": "title", "temat": "title", "nazwa_wydarzenia": "title", "wydarzenie": "title", "event": "title",
    "start_date": "start", "data_rozpoczęcia": "start", "end_date": "end", "data_zakończenia": "end",
    "start_time": "begin", "godzina_rozpoczęcia": "begin", "czas_rozpoczęcia": "begin", "end_time": "until",
    "godzina_zakończenia": "until", "czas_zakończenia": "until", "lokalizacja": "venue",
}  # fmt: skip
#: The first line by which Excel knows what divides the columns.
_SEPARATOR = re.compile(r"\A\ufeff?\"?sep=.\"?[\r\n]+", re.IGNORECASE)
_BY_LANGUAGE = ("title", "summary")
_MOST_ROWS = 20_000
_NIGHT_ENDS = time(6)
_SNIFFED = 20_000
_LONGEST_CELL = 100_000
_LOCAL = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_DAY = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})"
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?"
_DASH = r"\s*(?:-|–|—|\bto\b|\bdo\b)\s*"  # noqa: RUF001  people type all
_WHEN = re.compile(
    rf"(?P<first>{_DAY})(?:\s*r\.?)?(?:[ T]+(?P<begin>{_CLOCK})(?!\.\d))?"
    rf"(?:{_DASH}(?:(?P<last>{_DAY})(?:\s*r\.?)?(?:[ T]+(?P<until>{_CLOCK}))?|(?P<end>{_CLOCK})))?",
    re.ASCII | re.IGNORECASE,
)
_HOURS = re.compile(rf"(?P<begin>{_CLOCK})(?:{_DASH}(?P<end>{_CLOCK}))?", re.ASCII | re.IGNORECASE)


def looks_like_table(text: str) -> bool:
    """Whether the first line names columns that are known, a title among them."""
    names = {name for name, _ in _header(_rows(text.lstrip("\r\n")[:_SNIFFED])).values()}
    return "title" in names and bool(names & {"when", "start"})


def read_table(content: bytes, setting: Setting, *, charset: str = "") -> Harvest:
    """The events of a table. Raises `SourceUnusable` when its header or form can't be read."""
    text, guessed = decoded(content, charset=charset)
    basket = Basket(setting)
    if guessed:
        basket.note(f"The table is not in UTF-8; it was read as {guessed}.")
    rows = _rows(text.lstrip("\r\n"))
    header = _header(rows)
    unknown = header.pop(-1, ("", ""))[0]
    if unknown:
        basket.note(f"Columns that are not known were left out: {unknown}.")
    for number, row in rows:
        if any(cell.strip() for cell in row):
            _take(row, number, header=header, basket=basket)
    return basket.harvest()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number of the line on which each ends."""
    text = _SEPARATOR.sub("", text, count=1)
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for count, row in enumerate(reader):
            if count > _MOST_ROWS:
                raise SourceUnusable(f"the table has more than {_MOST_ROWS:,} rows", remedy="import a part of it")
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceUnusable(
            f"the table can't be read at line {reader.line_num}: {error}",
            remedy="look for a quotation mark that is not closed, and save the table again as CSV",
        ) from None


def _header(rows: Iterator[tuple[int, list[str]]]) -> dict[int, tuple[str, str]]:
    """Position of a column → field and language; under -1 the names of those that are not known."""
    _, names = next(rows, (0, []))
    header: dict[int, tuple[str, str]] = {}
    unknown: list[str] = []
    for position, written in enumerate(names[:200]):
        name, language = clean(written).casefold().replace(" ", "_").lstrip("\ufeff"), ""
        match = re.fullmatch(r"(\w+?)[_-]([a-z]{2})", name)
        if match and _COLUMNS.get(match[1]) in _BY_LANGUAGE:
            name, language = match[1], match[2]
        if name in _COLUMNS:
            header[position] = (_COLUMNS[name], language)
        elif name:
            unknown.append(shortened(clean(written), 40))
    if unknown:
        header[-1] = (", ".join(unknown[:20]), "")
    return header


def _take(row: list[str], number: int, *, header: dict[int, tuple[str, str]], basket: Basket) -> None:
    cells = {header[at]: clean(cell[:_LONGEST_CELL]) for at, cell in enumerate(row) if at in header and cell.strip()}
    plain = {name: text for (name, language), text in cells.items() if not language}
    title = _words(cells, "title", TITLE_LENGTH)
    try:
        period, remark = _period(plain, title)
    except NoPeriod as fault:
        basket.note(f"Line {number} was left out: {fault}.")
        return
    named = plain.get("id", "")
    told = "\n".join((*title.values(), str(period.first)))
    zone = known_zone(plain.get("timezone", ""))
    basket.put(
        FoundEvent(
            uid=f"table:{named}" if named else "nameless-" + hashlib.sha256(told.encode()).hexdigest()[:20],
            id=named,
            title=title,
            period=period,
            timezone="" if zone == basket.setting.timezone else zone,
            summary=_words(cells, "summary", SUMMARY_LENGTH),
            remarks=(remark,) if remark else (),
            venue=_name(plain, "venue"),
            address=_name(plain, "address"),
            organiser=_name(plain, "organiser"),
            online=web_link(plain.get("online")),
            link=web_link(plain.get("link")),
            register=web_link(plain.get("register")),
        )
    )


def _name(plain: dict[str, str], field: str) -> str:
    return shortened(plain.get(field, ""), NAME_LENGTH)


def _words(cells: dict[tuple[str, str], str], name: str, most: int) -> dict[str, str]:
    return {language: shortened(text, most) for (field, language), text in cells.items() if field == name}


def _period(plain: dict[str, str], title: dict[str, str]) -> tuple[Period, str]:
    """``when`` on its own, or ``start`` and ``end``; ``hours`` in addition."""
    written = plain.get("when") or plain.get("start")
    if not title:
        raise NoPeriod("it has no title")
    if not written:
        raise NoPeriod("it has no date")
    found = _matched(_WHEN, written)
    first, last = _day(found["first"]), _day(found["last"] or found["first"])
    begin, end = found["begin"], found["end"] or found["until"]
    if not plain.get("when") and plain.get("end"):
        if _HOURS.fullmatch(plain["end"]):
            end = plain["end"]
        else:
            ending = _matched(_WHEN, plain["end"])
            last, end = _day(ending["first"]), ending["begin"]
    begin, end = plain.get("begin") or begin, plain.get("until") or end
    for clock in filter(None, (begin, end)):
        _matched(_HOURS, clock)
    if plain.get("hours"):
        hours = _matched(_HOURS, plain["hours"])
        return _with_hours(first, last, begin=hours["begin"], end=hours["end"])
    return _between(first, last, begin=begin, end=end)


def _with_hours(first: date, last: date, *, begin: str, end: str | None) -> tuple[Period, str]:
    """Days and the hours of each of them."""
    period, remark = all_day(first, last)
    of_a_day, strange = _between(first, first, begin=begin, end=end)
    if period.first != period.last and of_a_day.end is None:
        return period, "; ".join(filter(None, (remark, strange, f"it begins at {of_a_day.begin:%H:%M}")))
    return Period(period.first, period.last, of_a_day.begin, of_a_day.end), "; ".join(filter(None, (remark, strange)))


def _between(first: date, last: date, *, begin: str | None, end: str | None) -> tuple[Period, str]:
    if begin is None:
        return all_day(first, last)
    start = datetime.combine(first, _clock(begin))
    if end is None and last == first:
        return timed(start, None)
    if end is None:
        period, remark = all_day(first, last)
        return period, "; ".join(filter(None, (remark, f"it begins at {start:%H:%M}")))
    closing = _clock(end)
    is_at_night = first == last and closing <= _NIGHT_ENDS and closing < start.time()
    return timed(start, datetime.combine(last + timedelta(days=is_at_night), closing))


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        hint = "; write year-month-day" if "/" in text else ""
        raise NoPeriod(f"“{shortened(text, 40)}” is no date or time that I can read{hint}")
    return found


def _day(text: str) -> date:
    try:
        if local := _LOCAL.fullmatch(text):
            return date(int(local[3]), int(local[2]), int(local[1]))
        year, month, day = text.split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoPeriod(f"there is no {text}") from None


def _clock(text: str) -> time:
    try:
        hour, minute = re.split(r"[:.]", text)[:2]
        return time(int(hour), int(minute))
    except ValueError:
        raise NoPeriod(f"there is no time {text}") from None

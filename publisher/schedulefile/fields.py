"""What a value in the file can be. Every scalar arrives as text; the field's type decides what it means."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from publisher.model import EVERY_LANGUAGE, QuietHours
from publisher.timing.grammar import parse_phrase
from publisher.timing.instants import zone
from publisher.timing.phrases import Phrase, PhraseError
from publisher.timing.words import calendar_day, clock_time

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_LOCAL_DATE = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_YES = {"yes", "true", "on", "tak"}
_NO = {"no", "false", "off", "nie"}


def wrong(message: str, *, hint: str = "", code: str = "bad-value", offset: int = 0) -> NoReturn:
    """Refuse a value: a sentence, the mend, a stable code, and where in the value reading stopped."""
    raise PydanticCustomError(code, "{sentence}", {"sentence": message, "hint": hint, "offset": offset})


def text(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """A text that is there."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None or isinstance(value, str):
        wrong("The value is missing here.", hint="Write it after the colon, or delete the line.", code="missing-key")
    return wrong(
        "One text is expected here, not a list or a group.", hint="Write it on one line, in quotes if need be."
    )


def _listed(value: Any) -> Any:  # noqa: ANN401
    """A single value is a list of one."""
    return [value] if isinstance(value, str) else value or []


def _yes_no(value: Any) -> bool:  # noqa: ANN401
    word = text(value).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    return wrong(f"“{value}” is neither yes nor no.", hint="Write yes or no.")


def _day(value: Any) -> date:  # noqa: ANN401
    return read_day(text(value))


def read_day(written: str, *, offset: int = 0) -> date:
    """A day in year-month-day; other ways of writing it are refused with the right one."""
    if local := _LOCAL_DATE.fullmatch(written):
        day, month, year = (int(part) for part in local.groups())
        meant = f"{year:04}-{month:02}-{day:02}"
        wrong("I read dates as year-month-day.", hint=f"Did you mean {meant}?", code="date-format", offset=offset)
    if not _DATE.fullmatch(written):
        wrong(f"“{written}” is no date.", hint="Write it like 2027-05-11.", code="date-format", offset=offset)
    try:
        return calendar_day(written)
    except ValueError as error:
        return wrong(f"{written} does not exist: {error}.", hint="Check the day.", code="no-such-date", offset=offset)


def read_clock(written: str, *, offset: int = 0) -> time:
    """A time of day: 10:00 or 10.00."""
    try:
        if _CLOCK.fullmatch(written):
            return clock_time(written)
    except ValueError:
        pass
    return wrong(f"“{written}” is no time of day.", hint="Write it like 09:30, from 00:00 to 23:59.", offset=offset)


def _hours(value: Any) -> tuple[time, time]:  # noqa: ANN401
    parts = re.split(r"\s*(?:-|–|\bto\b)\s*", text(value))  # noqa: RUF001  people type both
    if len(parts) != 2:  # noqa: PLR2004
        wrong("Two times are expected here.", hint="Write them like 09:00-16:30.")
    return read_clock(parts[0]), read_clock(parts[1])


def _quiet(value: Any) -> QuietHours | None:  # noqa: ANN401
    if text(value).casefold() in _NO | {"none"}:
        return None
    begin, end = _hours(value)
    if begin == end:
        wrong("These quiet hours never begin.", hint="Write them like 20:00-07:30, or: none.")
    return QuietHours(begin, end)


def _moment(value: Any) -> Phrase:  # noqa: ANN401
    written = text(value)
    if local := _LOCAL_DATE.match(written):
        read_day(local.group())
    try:
        return parse_phrase(written)
    except PhraseError as error:
        return wrong(str(error), hint=error.hint, code=error.code, offset=error.offset)


def _language(value: Any) -> str:  # noqa: ANN401
    code = text(value)
    if not _LANGUAGE.fullmatch(code):
        wrong(f"“{code}” is no language code.", hint="Use two small letters: pl, en, fi, de, es, ca, fr.")
    return code


def _zone(value: Any) -> str:  # noqa: ANN401
    name = text(value)
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from difflib import get_close_matches

        near = get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f"Did you mean {near[0]}?" if near else "Use a city, like Europe/Warsaw."
        wrong(f"There is no time zone “{name}”.", hint=hint)
    return name


def _texts(value: Any) -> dict[str, str]:  # noqa: ANN401
    """Words by language; a text without a language is kept under the empty key until the default is known."""
    if not isinstance(value, dict):
        return {"": text(value)}
    if not value:
        wrong("The words are missing here.", hint="Write one line per language, like “pl: …”.", code="missing-key")
    return {_language(code): text(words) for code, words in value.items()}


def _names(value: Any) -> dict[str, str]:  # noqa: ANN401
    """A name is the same in every language unless the file says otherwise."""
    return {code or EVERY_LANGUAGE: words for code, words in _texts(value).items()}


def _hashtag(value: Any) -> str:  # noqa: ANN401
    tag = text(value).removeprefix("#")
    if not re.fullmatch(r"\w*[^\W\d]\w*", tag):
        wrong(f"“{tag}” breaks off as a hashtag.", hint="Use letters and digits only, no spaces or hyphens.")
    return tag


def _link(value: Any) -> str:  # noqa: ANN401
    address = text(value)
    if not re.fullmatch(r"https?://[^\s/$.?#][^\s]*", address):
        wrong(f"“{address}” is no web address.", hint="It begins with https://")
    return address


def _email(value: Any) -> str:  # noqa: ANN401
    address = text(value)
    if not _EMAIL.fullmatch(address):
        wrong(f"“{address}” is no e-mail address.", hint="Write it like office@example.org.")
    return address


def _holidays(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    import holidays

    countries = holidays.list_supported_countries(include_aliases=False)
    codes = tuple(text(code).upper() for code in _listed(value))
    for code in codes:
        country, _, part = code.partition("-")
        if country not in countries or (part and part not in countries[country]):
            wrong(f"I know no public holidays of “{code}”.", hint="Use a country code like PL, FI or ES-CT.")
    return codes


def _lateness(value: Any) -> timedelta | None:  # noqa: ANN401
    """None: however late."""
    words = text(value).casefold()
    if words in ("send", "send anyway"):
        return None
    if words == "skip":
        return timedelta(minutes=5)
    match = re.fullmatch(r"skip after (\d{1,4}) (minute|hour|day)s?", words)
    if match is None:
        return wrong(f"“{value}” is no rule for being late.", hint="Write “skip after 6 hours”, “skip” or “send”.")
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _covers(value: Any) -> timedelta:  # noqa: ANN401
    match = re.fullmatch(r"(?:the )?next (\d{1,3}) (day|week|month)s?", text(value).casefold())
    if match is None or int(match[1]) == 0:
        return wrong(f"“{value}” is no time span.", hint="Write it like “next 45 days”.")
    return timedelta(days=int(match[1]) * {"day": 1, "week": 7, "month": 30}[match[2]])


def _fallback(value: Any) -> str:  # noqa: ANN401
    words = text(value).casefold()
    if words == "error":
        return ""
    if match := re.fullmatch(r"use ([a-z]{2,3})", words):
        return match[1]
    return wrong(f"“{value}” is no rule for missing translations.", hint="Write “error”, or “use en”.")


def _until(value: Any) -> tuple[datetime, bool]:  # noqa: ANN401
    """A day, with or without a time; the second says whether there is one."""
    day, _, rest = text(value).replace("T", " ").partition(" ")
    moment = read_day(day)
    if not rest.strip():
        return datetime.combine(moment, time.min), False
    return datetime.combine(moment, read_clock(rest.strip(), offset=len(day) + 1)), True


Text = Annotated[str, BeforeValidator(text)]
YesNo = Annotated[bool, PlainValidator(_yes_no)]
Day = Annotated[date, PlainValidator(_day)]
Hours = Annotated[tuple[time, time], PlainValidator(_hours)]
Quiet = Annotated[QuietHours | None, PlainValidator(_quiet)]
Moment = Annotated[Phrase, PlainValidator(_moment)]
Language = Annotated[str, PlainValidator(_language)]
Languages = Annotated[list[Language], BeforeValidator(_listed)]
Zone = Annotated[str, PlainValidator(_zone)]
Words = Annotated[dict[str, str], PlainValidator(_texts)]
Names = Annotated[dict[str, str], PlainValidator(_names)]
Hashtag = Annotated[str, PlainValidator(_hashtag)]
Hashtags = Annotated[list[Hashtag], BeforeValidator(_listed)]
Link = Annotated[str, PlainValidator(_link)]
Email = Annotated[str, PlainValidator(_email)]
Holidays = Annotated[tuple[str, ...], PlainValidator(_holidays)]
Lateness = Annotated[timedelta | None, PlainValidator(_lateness)]
Covers = Annotated[timedelta, PlainValidator(_covers)]
Fallback = Annotated[str, PlainValidator(_fallback)]
Until = Annotated[tuple[datetime, bool], PlainValidator(_until)]
Targets = Annotated[list[Text], BeforeValidator(_listed)]
Handles = Annotated[list[Text], BeforeValidator(_listed)]

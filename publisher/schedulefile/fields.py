"""What a value in the file can be. Every scalar arrives as text; the field's type decides what it means."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from publisher.model import EVERY_LANGUAGE, QuietHours
from publisher.schedulefile import shapes
from publisher.schedulefile.addresses import read_email, read_link
from publisher.schedulefile.codes import read_country, read_language, read_zone
from publisher.schedulefile.dates import check_hours, read_clock, read_day, refuse_local_date, two_times
from publisher.schedulefile.refusal import text, wrong
from publisher.schedulefile.shapeparts import TEXT
from publisher.sentences import sentence
from publisher.timing.grammar import parse_phrase
from publisher.timing.phrases import Phrase, PhraseError
from publisher.timing.weekdays import weekday_before

_YES = {"yes", "true", "on", "tak"}
_NO = {"no", "false", "off", "nie"}
_NONE = _NO | {"none", "brak"}


def or_nothing(value: Any) -> Any:  # noqa: ANN401  whatever the file holds
    """A heading with nothing below it is as good as none."""
    return {} if value is None else value


def or_no_list(value: Any) -> Any:  # noqa: ANN401
    """A list that nothing stands in is as good as none."""
    return [] if value is None else value


def listed(value: Any) -> Any:  # noqa: ANN401
    """A single value is a list of one."""
    return [value] if isinstance(value, str) else value or []


def _targets(value: Any) -> Any:  # noqa: ANN401
    """At least one channel: what goes nowhere is a mistake."""
    names = listed(value)
    if names == []:
        wrong(
            sentence("It does not say on which channels."),
            hint=sentence("Write it like  to: [twitter, facebook]"),
            code="missing-key",
        )
    return names


def _yes_no(value: Any) -> bool:  # noqa: ANN401
    word = text(value).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    return wrong(sentence("“{value}” is neither yes nor no.", value=value), hint=sentence("Write yes or no."))


def _day(value: Any) -> date:  # noqa: ANN401
    return read_day(text(value))


def _hours(value: Any) -> tuple[time, time]:  # noqa: ANN401
    begin, end = two_times(text(value))
    check_hours(begin, end)
    return begin, end


def _quiet(value: Any) -> QuietHours | None:  # noqa: ANN401
    if text(value).casefold() in _NONE:
        return None
    begin, end = two_times(text(value))
    if begin == end:
        wrong(sentence("These quiet hours never begin."), hint=sentence("Write them like 20:00-07:30, or: none."))
    return QuietHours(begin, end)


def _moment(value: Any) -> Phrase:  # noqa: ANN401
    written = text(value)
    refuse_local_date(written, start=weekday_before(written))
    try:
        return parse_phrase(written)
    except PhraseError as error:
        return wrong(error.message, hint=error.hint, code=error.code, offset=error.offset, length=error.length)


def _texts(value: Any) -> dict[str, str]:  # noqa: ANN401
    """Words by language; a text without a language is kept under the empty key until the default is known."""
    if isinstance(value, list):
        wrong(
            sentence("Words are expected here, not a list."),
            hint=sentence("Write one line per language, like “pl: …”, without a dash."),
        )
    if not isinstance(value, dict):
        return {"": text(value)}
    if not value:
        wrong(
            sentence("The words are missing here."),
            hint=sentence("Write one line per language, like “pl: …”."),
            code="missing-key",
        )
    return dict(_in_language(code, words) for code, words in value.items())


def _in_language(code: str, words: Any) -> tuple[str, str]:  # noqa: ANN401
    """Both parts; what is wrong with them is wrong at this language, not at the first one."""
    try:
        return read_language(code), text(words)
    except PydanticCustomError as error:
        raise PydanticCustomError(error.type, "{sentence}", {**(error.context or {}), "key": code}) from None


def _names(value: Any) -> dict[str, str]:  # noqa: ANN401
    """A name is the same in every language unless the file says otherwise."""
    return {code or EVERY_LANGUAGE: words for code, words in _texts(value).items()}


def _hashtag(value: Any) -> str:  # noqa: ANN401
    tag = text(value).removeprefix("#")
    if re.fullmatch(r"#?\w+(?:[,\s]+#?\w+)+", tag):
        tags = ", ".join(re.findall(r"\w+", tag))
        wrong(
            sentence("These are several hashtags in one text."),
            hint=sentence("Put them in brackets: [{tags}]", tags=tags),
        )
    if not re.fullmatch(r"\w*[^\W\d]\w*", tag):
        wrong(
            sentence("“{tag}” breaks off as a hashtag.", tag=tag),
            hint=sentence("Use letters and digits only, no spaces or hyphens."),
        )
    return tag


def _countries(value: Any) -> Any:  # noqa: ANN401
    """A list; a lone “no” means none, and not Norway."""
    return [] if isinstance(value, str) and value.casefold() in _NONE else listed(value)


def _lateness(value: Any) -> timedelta | None:  # noqa: ANN401
    """None: however late."""
    words = text(value).casefold()
    if words in ("send", "send anyway"):
        return None
    if words == "skip":
        return timedelta(minutes=5)
    match = re.fullmatch(r"(?:skip after )?(\d{1,4}) (minute|hour|day)s?", words)
    if match is None or not words.startswith("skip") or int(match[1]) == 0:
        hint = sentence("Write “skip after 6 hours”, “skip” or “send”.")
        if match and int(match[1]):
            hint = sentence("Did you mean “{near}”?", near=f"skip after {words}")
        return wrong(sentence("“{value}” is no rule for being late.", value=value), hint=hint)
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _covers(value: Any) -> timedelta:  # noqa: ANN401
    words = text(value).casefold()
    match = re.fullmatch(r"(?:(?:the )?next )?(\d{1,3}) (day|week|month)s?", words)
    if match is None or int(match[1]) == 0:
        return wrong(
            sentence("“{value}” is no time span.", value=value), hint=sentence("Write it like “next 45 days”.")
        )
    return timedelta(days=int(match[1]) * {"day": 1, "week": 7, "month": 30}[match[2]])


def _fallback(value: Any) -> str:  # noqa: ANN401
    words = text(value).casefold()
    if words == "error":
        return ""
    if match := re.fullmatch(r"use ([a-z]{2,3})", words):
        return match[1]
    return wrong(
        sentence("“{value}” is no rule for missing translations.", value=value),
        hint=sentence("Write “error”, or “use en”."),
    )


def _until(value: Any) -> tuple[datetime, bool]:  # noqa: ANN401
    """A day, with or without a time; the second says whether there is one."""
    written = text(value)
    refuse_local_date(written, start=weekday_before(written))
    day, _, rest = written.replace("T", " ").partition(" ")
    moment = read_day(day)
    if not rest:
        return datetime.combine(moment, time.min), False
    return datetime.combine(moment, read_clock(rest.strip(), offset=len(written) - len(rest.lstrip()))), True


Text = Annotated[str, BeforeValidator(text), WithJsonSchema(TEXT)]
YesNo = Annotated[bool, PlainValidator(_yes_no), WithJsonSchema(shapes.YES_NO)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema(shapes.DAY)]
Hours = Annotated[tuple[time, time], PlainValidator(_hours), WithJsonSchema(shapes.HOURS)]
Quiet = Annotated[QuietHours | None, PlainValidator(_quiet), WithJsonSchema(shapes.QUIET)]
Moment = Annotated[Phrase, PlainValidator(_moment), WithJsonSchema(shapes.MOMENT)]
Language = Annotated[str, PlainValidator(read_language), WithJsonSchema(shapes.LANGUAGE)]
Languages = Annotated[list[Language], BeforeValidator(listed), WithJsonSchema(shapes.LANGUAGES)]
Zone = Annotated[str, PlainValidator(read_zone), WithJsonSchema(shapes.ZONE)]
Words = Annotated[dict[str, str], PlainValidator(_texts), WithJsonSchema(shapes.WORDS)]
Names = Annotated[dict[str, str], PlainValidator(_names), WithJsonSchema(shapes.WORDS)]
Hashtag = Annotated[str, PlainValidator(_hashtag), WithJsonSchema(shapes.HASHTAG)]
Hashtags = Annotated[list[Hashtag], BeforeValidator(listed), WithJsonSchema(shapes.HASHTAGS)]
Link = Annotated[str, PlainValidator(read_link), WithJsonSchema(shapes.LINK)]
Email = Annotated[str, PlainValidator(read_email), WithJsonSchema(shapes.EMAIL)]
Country = Annotated[str, PlainValidator(read_country), WithJsonSchema(shapes.COUNTRY)]
Holidays = Annotated[list[Country], BeforeValidator(_countries), WithJsonSchema(shapes.HOLIDAYS)]
Lateness = Annotated[timedelta | None, PlainValidator(_lateness), WithJsonSchema(shapes.LATENESS)]
Covers = Annotated[timedelta, PlainValidator(_covers), WithJsonSchema(shapes.COVERS)]
Fallback = Annotated[str, PlainValidator(_fallback), WithJsonSchema(shapes.FALLBACK)]
Until = Annotated[tuple[datetime, bool], PlainValidator(_until), WithJsonSchema(shapes.UNTIL)]
Targets = Annotated[list[Text], BeforeValidator(_targets), WithJsonSchema(shapes.TARGETS)]
Handles = Annotated[list[Text], BeforeValidator(listed), WithJsonSchema(shapes.HANDLES)]

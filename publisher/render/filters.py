"""The filters that templates have beside Jinja's own.

Language and day come from the rendering that is under way, so that they also hold within imported macros.
The docstrings are shown to the people who write templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from textwrap import shorten
from typing import NamedTuple

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from publisher.model import When
from publisher.render import dates
from publisher.render.event_view import EventView
from publisher.render.grammar import locale_of
from publisher.render.hashtags import hashtag as hashtag_of
from publisher.render.templates import did_you_mean, nearest
from publisher.render.typography import bind
from publisher.sentences import Sentence, sentence, verbatim

_LONGEST_QUOTE = 80
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


class Misused(ValueError):
    """A filter was given what it can't take; ``remedy`` says what to write instead, ``word`` what it is about."""

    def __init__(self, message: Sentence, *, remedy: Sentence, word: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.word = word


class Scene(NamedTuple):
    """In which language words are being made, for which day, and on whose clock they are read; empty: the event's."""

    language: str
    today: date
    timezone: str = ""


_scene: ContextVar[Scene] = ContextVar("scene")


@contextmanager
def scene(language: str, today: date, *, timezone: str = "") -> Iterator[None]:
    """Let the filters within speak this language on that day, to people in this zone."""
    token = _scene.set(Scene(language, today, timezone))
    try:
        yield
    finally:
        _scene.reset(token)


def when(_: Context, event: object, style: str = "prose") -> str:
    """Days and hours in words; the styles are prose, compact, weekday and on, which answers “when?”.

    Where the readers' clock shows other hours than that of the event, both are said.
    ``{{ event|when }}`` ``{{ event|when("compact") }}`` ``{{ event|when("weekday") }}`` ``{{ event|when("on") }}``
    """
    if isinstance(event, EventView):
        event = event.dates
    if not isinstance(event, When):
        raise Misused(
            sentence("The filter “when” takes an event, not {given}.", given=_shown(event)),
            remedy=sentence("Write {example}", example='{{ event|when("compact") }}'),
            word="when",
        )
    here = _scene.get()
    style = _one_of(style, dates.WHEN_STYLES)
    return dates.when_in_words(event, here.language, style=style, audience=here.timezone)


def day(_: Context, value: object, style: str = "prose") -> str:
    """A day in words; the styles are prose, short, weekday and on, which answers “when?”.

    ``{{ event.first|day }}`` ``{{ event.first|day("short") }}`` ``{{ event.first|day("weekday") }}``
    ``{{ event.first|day("on") }}``
    """
    return dates.day_in_words(_day(value, "day"), _scene.get().language, style=_one_of(style, dates.DAY_STYLES))


def time_of_day(_: Context, value: object) -> str:
    """An hour in words: ``{{ event.begin|time }}``."""
    if isinstance(value, datetime):
        value = value.time()
    if not isinstance(value, time):
        raise Misused(
            sentence("The filter “time” takes an hour, not {given}.", given=_shown(value)),
            remedy=_ask_first("event.begin"),
            word="time",
        )
    return dates.time_in_words(value, _scene.get().language)


def month(_: Context, value: object) -> str:
    """The month of a day, for a heading: ``{{ today|month }}``."""
    return dates.month_in_words(_day(value, "month"), _scene.get().language)


def relative(_: Context, value: object) -> str:
    """A day seen from today: ``{{ event.first|relative }}``."""
    return dates.relative_day(_scene.get().today, _day(value, "relative"), _scene.get().language)


def plural(_: Context, number: float, **forms: str) -> str:
    """The form that goes with a number; the forms are zero, one, two, few, many and other.

    ``{{ event.days }} {{ event.days|plural(one="day", other="days") }}``
    ``{{ event.days }} {{ event.days|plural(one="dzień", few="dni", many="dni") }}``
    """
    unknown = sorted(set(forms) - set(_CATEGORIES))
    if unknown:
        raise Misused(
            sentence("“plural” knows no form {form}.", form=unknown[0]),
            remedy=sentence("The forms are {names}.", names=", ".join(_CATEGORIES)),
            word=unknown[0],
        )
    category = locale_of(_scene.get().language).plural_form(number)
    for form in (category, "other", "many"):
        if form in forms:
            return forms[form]
    language = _scene.get().language
    raise Misused(
        sentence("“plural” has no form for {number} in “{language}”.", number=number, language=language),
        remedy=sentence("Add {form} to its forms.", form=f'{category}="…"'),
        word="plural",
    )


def hashtag(_: Context, name: str) -> str:
    """A tag made from a name: ``{{ "Dzień Europy"|hashtag }}``."""
    return hashtag_of(name)


def nbsp(_: Context, text: str) -> str:
    """Binds what belongs together on a line, as every mail does in its HTML anyway: ``{{ event.title|nbsp }}``."""
    bound = bind(text, _scene.get().language)
    return Markup(bound) if isinstance(text, Markup) else bound  # noqa: S704  it was markup before


def _day(value: object, name: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise Misused(
        sentence("The filter “{name}” takes a day, not {given}.", name=name, given=_shown(value)),
        remedy=_ask_first("event.register_until"),
        word=name,
    )


def _one_of(style: str, styles: Sequence[str]) -> str:
    if style not in styles:
        there_are = sentence("There are: {names}.", names=", ".join(styles))
        raise Misused(
            sentence("There is no style “{name}”.", name=style),
            remedy=did_you_mean(nearest(style, styles)) or there_are,
            word=style,
        )
    return style


def _ask_first(example: str) -> Sentence:
    return sentence("Ask first whether there is one: {example}", example=f"{{% if {example} %}} … {{% endif %}}")


def _shown(value: object) -> Sentence:
    """What was given instead; an empty value is what a missing fact in the file looks like."""
    if value in (None, ""):
        return sentence("an empty value")
    return verbatim(f"“{shorten(str(value), _LONGEST_QUOTE, placeholder=' …')}”")


FILTERS: Mapping[str, Callable[..., str]] = {
    "when": pass_context(when),
    "day": pass_context(day),
    "time": pass_context(time_of_day),
    "month": pass_context(month),
    "relative": pass_context(relative),
    "plural": pass_context(plural),
    "hashtag": pass_context(hashtag),
    "nbsp": pass_context(nbsp),
}
"""By the name in templates. They take the context so that Jinja does not work them out when it compiles."""

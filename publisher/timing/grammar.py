"""The phrase grammar: from the words of the file to a `Phrase`.

    8 weeks before at 10:00                    2 days after the end at 11:00
    3 days before registration closes at 09:30 1 hour before
    first day at 08:30                         last day at 17:00
    2027-05-07 12:00                           first working day of the month at 09:00
    every day at 09:00                         every Monday and Thursday at 09:00
    every first Tuesday at 12:00               every working day at 08:00
    15th of the month at 10:00                 RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9 at 12:00

Small words (at, the, on, commas) may be left out; 10.00 is as good as 10:00; Polish words are understood.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from publisher.sentences import sentence
from publisher.timing import rrules
from publisher.timing.phrases import (
    Anchor,
    Fixed,
    FromDay,
    FromInstant,
    Phrase,
    PhraseError,
    Recurring,
    Unit,
    WorkingDay,
)
from publisher.timing.pieces import PieceReader
from publisher.timing.tokens import EXAMPLES, Token
from publisher.timing.weekdays import OtherWeekday, check_weekday
from publisher.timing.words import ORDINALS, UNITS, WEEKDAYS

_MAX_AMOUNT = 1000
_LONGEST_EVENT = 366
_LONGEST_MONTH = 31
_EVERY_OTHER_WEEK = "“RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={} at 09:00”"


@lru_cache(maxsize=4096)  # cadences make files repeat themselves
def parse_phrase(text: str) -> Phrase:
    """The moment that ``text`` describes. Raises `PhraseError` with the offset where it stopped making sense."""
    if rrules.looks_like_rule(text):
        return rrules.parse_rule(text)
    return _Parser(text).phrase()


class _Parser(PieceReader):
    """Every method takes the tokens that it is named after."""

    def phrase(self) -> Phrase:
        if not self._tokens:
            raise PhraseError(
                sentence("There is no time here."), offset=0, hint=sentence("Say when, {examples}.", examples=EXAMPLES)
            )
        result = self._any()
        if self._next < len(self._tokens):
            self._fail(sentence("I understood this up to “{rest}”, which I can't read.", rest=self._rest()))
        return result

    def _any(self) -> Phrase:
        if self._peek("date"):
            return self._fixed()
        if self._peek("word") in WEEKDAYS:
            return self._named_day()
        if self._word("daily"):
            return Recurring("FREQ=DAILY", self._time())
        if self._word("every"):
            return self._every()
        return self._ordinal() if self._peek("word") in ORDINALS else self._counted()

    # --- the shapes ---------------------------------------------------------------------------------

    def _fixed(self) -> Fixed:
        day = self._date()
        return Fixed(datetime.combine(day, self._time()))

    def _named_day(self) -> Fixed:
        if not self._follows("date"):
            self._fail(
                sentence("Every week on this day, or once?"), hint=sentence("Write “every Monday at 09:00”, or a date.")
            )
        name = self._take()
        phrase = self._fixed()
        try:
            check_weekday(name.text, phrase.local.date())
        except OtherWeekday as error:
            self._fail(error.message, at=name, hint=error.hint, code="weekday-mismatch")
        return phrase

    def _every(self) -> Phrase:
        if self._word("working"):
            self._expect("day")
            return WorkingDay(0, self._time())
        if self._word("day"):
            return WorkingDay(0, self._time()) if self._word("working") else Recurring("FREQ=DAILY", self._time())
        if self._word("weekday"):
            return Recurring("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", self._time())
        if self._word("month"):
            return self._day_of_month()
        if self._peek("word") in ORDINALS:
            return self._every_ordinal()
        if self._peek("number") or self._peek("word") in ("week", "weeks", "other"):
            self._fail(
                sentence("On which day?"),
                hint=sentence(
                    "Write “every Monday at 09:00”, or for every other week {rule}.",
                    rule=_EVERY_OTHER_WEEK.format("MO"),
                ),
            )
        days = self._weekdays()
        return Recurring(f"FREQ=WEEKLY;BYDAY={','.join(days)}", self._time())

    def _every_ordinal(self) -> Phrase:
        """“every second Monday” is every other week to most people, and the second of the month to some."""
        token = self._current()
        phrase = self._ordinal(has_month=token.text in ("first", "last"))
        if isinstance(phrase, FromDay):
            self._fail(sentence("“every {text} day” of what?", text=token.text), at=token)
        return phrase

    def _ordinal(self, *, has_month: bool = True) -> Phrase:
        token = self._take()
        position = ORDINALS[token.text]
        if self._word("working"):
            self._expect("day")
            self._of_the_month()
            return WorkingDay(position, self._time())
        if self._word("day"):
            if self._word("working"):
                self._of_the_month()
                return WorkingDay(position, self._time())
            if self._of_the_month():
                return Recurring(f"FREQ=MONTHLY;BYMONTHDAY={position}", self._time())
            return self._event_day(position, token)
        day = self._current().text
        weekday = self._weekday()
        if not self._of_the_month() and not has_month:
            self._fail(
                sentence("“every {text} {day}” can mean two things.", text=token.text, day=day.title()),
                at=token,
                hint=sentence(
                    "Write “{text} {day} of the month at 09:00”, or for every other week {rule}.",
                    text=token.text,
                    day=day.title(),
                    rule=_EVERY_OTHER_WEEK.format(weekday),
                ),
            )
        return Recurring(f"FREQ=MONTHLY;BYDAY={position:+d}{weekday}", self._time())

    def _event_day(self, position: int, token: Token) -> FromDay:
        if position == ORDINALS["last"]:
            return FromDay(amount=0, unit=Unit.DAY, anchor=Anchor.LAST_DAY, at=self._time())
        if position > ORDINALS["first"] and not self._time_follows():
            self._fail(
                sentence("“{text} day” of what?", text=token.text),
                hint=sentence("Write it like this, {examples}.", examples=EXAMPLES),
            )
        return FromDay(amount=position - 1, unit=Unit.DAY, anchor=Anchor.FIRST_DAY, at=self._time())

    def _counted(self) -> Phrase:
        if self._peek("word") == "registration":
            self._anchor()
            return FromDay(amount=0, unit=Unit.DAY, anchor=Anchor.REGISTRATION, at=self._time())
        token = self._current()
        if one := UNITS.get(self._peek("word") or ""):
            self._take()
            if one is Unit.DAY and self._peek("number"):
                return self._nth_day()
            return self._relative(1, one, token)
        amount = self._amount()
        if self._peek("word") == "of":
            return self._month_day(amount, token)
        unit = UNITS.get(self._peek("word") or "")
        if unit is None:
            self._fail(sentence("I expected minutes, hours, days, weeks or months here."), hint=self._meant(UNITS))
        self._take()
        return self._relative(amount, unit, token)

    def _nth_day(self) -> Phrase:
        token = self._current()
        number = self._amount()
        if self._of_the_month():
            return self._month_rule(number, token)
        if not 1 <= number <= _LONGEST_EVENT:
            self._fail(sentence("There is no day {number} of an event.", number=number), at=token)
        return FromDay(amount=number - 1, unit=Unit.DAY, anchor=Anchor.FIRST_DAY, at=self._time())

    def _day_of_month(self) -> Recurring:
        self._word("day")
        token = self._current()
        return self._month_rule(self._amount(), token)

    def _month_day(self, number: int, token: Token) -> Recurring:
        self._of_the_month()
        return self._month_rule(number, token)

    def _month_rule(self, number: int, token: Token) -> Recurring:
        if not 1 <= number <= _LONGEST_MONTH:
            self._fail(
                sentence("No month has a day {number}.", number=number),
                at=token,
                hint=sentence("Use a day from 1 to 31, or “last day of the month”."),
            )
        return Recurring(f"FREQ=MONTHLY;BYMONTHDAY={number}", self._time())

    def _relative(self, amount: int, unit: Unit, token: Token) -> Phrase:
        if not 0 < amount <= _MAX_AMOUNT:
            self._fail(sentence("{amount} is no sensible number of {unit}s.", amount=amount, unit=unit), at=token)
        sign = self._direction()
        anchor = self._anchor() or (Anchor.START if sign < 0 else Anchor.END)
        if unit in (Unit.MINUTE, Unit.HOUR):
            if self._time_follows():
                self._fail(
                    sentence("A time of day does not go with {unit}s.", unit=unit),
                    hint=sentence(
                        "Leave the time out (“{amount} {unit}{s} before”), or count in days.",
                        amount=amount,
                        unit=unit,
                        s="s" * (amount > 1),
                    ),
                )
            return FromInstant(amount=sign * amount, unit=unit, anchor=anchor)
        return FromDay(amount=sign * amount, unit=unit, anchor=anchor, at=self._time())

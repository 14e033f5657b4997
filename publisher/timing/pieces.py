"""The pieces that phrases are made of: before and after, anchors, days of the week, amounts, dates and times of day."""

from __future__ import annotations

from datetime import date, time

from publisher.sentences import sentence
from publisher.timing.phrases import Anchor
from publisher.timing.tokens import TokenReader
from publisher.timing.words import NUMBERS, WEEKDAYS, NoSuchDay, calendar_day, clock_time

_LAST_HOUR = 23


class PieceReader(TokenReader):
    """Every method takes the tokens that it is named after."""

    def _direction(self) -> int:
        if self._word("before"):
            return -1
        if self._word("after"):
            return 1
        return self._fail(sentence("I expected “before” or “after” here."))

    def _anchor(self) -> Anchor | None:
        if self._word("event") or self._word("start"):
            if self._word("of"):
                self._expect("event")
            return Anchor.START
        if self._word("registration"):
            self._word("closes")
            return Anchor.REGISTRATION
        if self._word("end"):
            self._word("of")
            is_deadline = self._word("registration")
            self._word("event")
            return Anchor.REGISTRATION if is_deadline else Anchor.END
        if self._peek("word") in ("first", "last"):
            word = self._take().text
            self._expect("day")
            return Anchor(f"{word} day")
        return None

    def _of_the_month(self) -> bool:
        if self._word("of") or self._peek("word") == "every":
            self._word("every")
            self._expect("month")
            return True
        return self._word("month")

    def _weekdays(self) -> list[str]:
        days = [self._weekday()]
        while self._word("and") or self._peek("word") in WEEKDAYS:
            days.append(self._weekday())
        return days

    def _weekday(self) -> str:
        word = self._peek("word") or ""
        if word not in WEEKDAYS:
            self._fail(
                sentence("I expected a day here: Monday, Tuesday … or “working day”."), hint=self._meant(WEEKDAYS)
            )
        self._take()
        return WEEKDAYS[word]

    def _amount(self) -> int:
        if self._peek("number"):
            return int(self._take().text[:6])
        word = self._peek("word") or ""
        if word in NUMBERS:
            self._take()
            return NUMBERS[word]
        return self._fail(sentence("I can't read this as a time."))

    def _date(self) -> date:
        token = self._take()
        try:
            return calendar_day(token.text)
        except NoSuchDay as error:
            return self._fail(error.message, at=token, hint=error.hint, code="no-such-date")

    def _time_follows(self) -> bool:
        return self._peek("time") is not None or self._peek("word") == "at"

    def _time(self) -> time:
        self._word("at")
        if not self._peek("time"):
            hour = self._peek("number") or ""
            is_hour = hour.isascii() and hour.isdigit() and int(hour[:4]) <= _LAST_HOUR
            meant = sentence("Add it, like “at 10:00”.")
            if is_hour:
                meant = sentence("Did you mean “at {hour}:00”?", hour=hour.zfill(2))
            self._fail(sentence("The time of day is missing."), hint=meant)
        token = self._take()
        try:
            return clock_time(token.text)
        except ValueError:
            return self._fail(
                sentence("{text} is no time of day.", text=token.text), at=token, hint=sentence("Use 00:00 to 23:59.")
            )

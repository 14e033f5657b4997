"""Days and hours as messages of publisher say them (announcements: `publisher.render.dates`)."""

from __future__ import annotations

from datetime import date, datetime

from publisher.sentences import Sentence, sentence
from publisher.timing.weekdays import weekday_name
from publisher.timing.words import MONTH_NAMES


def spoken_day(day: date) -> Sentence:
    """“28 March 2027”."""
    return sentence("{day} {month} {year}", day=day.day, month=MONTH_NAMES[day.month - 1], year=day.year)


def spoken_moment(local: datetime) -> Sentence:
    """“Sunday, 28 March 2027, 10:00”; a wall time."""
    return sentence("{weekday}, {day}, {time:%H:%M}", weekday=weekday_name(local), day=spoken_day(local), time=local)

"""What templates see of an event, in the announcement's language.

Texts are looked up when a template uses them, so that a language that lacks only what is not used is no error.
What is not given in the file is an empty text or None. The docstrings are shown to the people who write templates.
"""

from __future__ import annotations

import re
from datetime import date, time

from publisher.model import Announcement, Event, Texts, When
from publisher.render.campaigns import tagged
from publisher.render.clocks import seen_from
from publisher.render.dates import when_in_words, zone_in_words
from publisher.render.grammar import base_language, locale_of
from publisher.render.phrases import ONLINE
from publisher.render.texts import optional, required

# "15-406 Białystok", "15140 Lahti", "D-17489 Greifswald": elsewhere the whole address is given.
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?(?:\d{2}-\d{3}|\d{3} \d{2}|\d{4,5})\s+(?P<town>\D+)")


class EventView:
    """An event in the announcement's language."""

    __slots__ = ("_announcement", "_event")

    def __init__(self, event: Event, announcement: Announcement) -> None:
        self._event = event
        self._announcement = announcement

    @property
    def id(self) -> str:
        """Its id in the file: ``open-day``."""
        return self._event.id

    @property
    def status(self) -> str:
        """One of confirmed, postponed, cancelled and draft."""
        return self._event.status.value

    @property
    def title(self) -> str:
        """Its title: ``Otwarte dane bez tajemnic``."""
        return required(self._event.title, field="title", source=self._event, announcement=self._announcement)

    @property
    def summary(self) -> str:
        """One or two sentences about it, or empty: ``Jak gminy publikują dane?``."""
        return self._optional(self._event.summary, "summary")

    @property
    def organiser(self) -> str:
        """Who runs it, or empty: ``Urząd Marszałkowski Województwa Podlaskiego``."""
        return self._optional(self._event.organiser, "organiser")

    @property
    def when(self) -> str:
        """Its days and hours in words: ``środa, 2 czerwca 2027, 13:00-14:30``."""
        return when_in_words(
            self._event.when, self._announcement.language, audience=self._announcement.channel.calendar.timezone
        )

    @property
    def dates(self) -> When:
        """The same for the filter `when`, in another style: ``{{ event.dates|when("compact") }}``."""
        return self._event.when

    @property
    def zone(self) -> str:
        """Whose clock its hours are on: ``czasu warszawskiego``."""
        return zone_in_words(self._event.when.timezone, self._announcement.language)

    @property
    def elsewhere(self) -> bool:
        """Whether its clock shows other hours than that of the readers; then its days and hours name both.

        ``{{ event.begin|time }}{% if event.elsewhere %} ({{ event.zone }}){% endif %}``
        """
        return seen_from(self._event.when, self._announcement.channel.calendar.timezone).differs

    @property
    def first(self) -> date:
        """Its first day, for the filter `day`: ``{{ event.first|day("on") }}``."""
        return self._event.when.first

    @property
    def last(self) -> date:
        """Its last day; the same as the first for an event of one day: ``{{ event.last|day }}``."""
        return self._event.when.last

    @property
    def begin(self) -> time | None:
        """The hour at which it (or each of its days) begins, or none: ``{{ event.begin|time }}``."""
        return self._event.when.begin

    @property
    def end(self) -> time | None:
        """The hour at which it (or each of its days) ends, or none: ``{{ event.end|time }}``."""
        return self._event.when.end

    @property
    def days(self) -> int:
        """How many days it lasts: ``3``."""
        return (self.last - self.first).days + 1

    @property
    def days_left(self) -> int:
        """How many days from the announcement to its first day: ``14``; below 0 when it has begun."""
        return (self.first - self._today).days

    @property
    def venue(self) -> str:
        """The name of the venue, or empty: ``Opera i Filharmonia Podlaska``."""
        return self._optional(self._event.venue.name, "where.venue")

    @property
    def address(self) -> str:
        """The address of the venue, or empty: ``ul. Odeska 1, 15-406 Białystok``."""
        return self._optional(self._event.venue.address, "where.address")

    @property
    def town(self) -> str:
        """The town, if the address has it after a postal code, or empty: ``Białystok``."""
        parts = (_TOWN.fullmatch(part.strip()) for part in self.address.split(","))
        return next((part["town"].strip() for part in parts if part), "")

    @property
    def place(self) -> str:
        """Venue and town, or address, or the word for online: ``Opera i Filharmonia Podlaska, Białystok``."""
        venue, where = self.venue, self.town or self.address
        if where.casefold() in venue.casefold():
            where = ""
        there = ", ".join(part for part in (venue, where) if part)
        online = ONLINE.get(base_language(self._announcement.language), "online") if self.online else ""
        return there or online

    @property
    def online(self) -> str:
        """The address to join online, or empty: ``https://example.org/live``."""
        return self._event.venue.online

    @property
    def step_free(self) -> bool | None:
        """Whether one gets in without steps; none when nobody said: ``{% if event.step_free %}♿{% endif %}``."""
        return self._event.venue.step_free

    @property
    def spoken(self) -> tuple[str, ...]:
        """The codes of the languages that are spoken, one by one: ``{{ event.spoken|join(", ") }}``."""
        return self._event.spoken

    @property
    def spoken_names(self) -> str:
        """The same by name, for a sentence, or empty: ``polski i angielski``."""
        from babel.lists import format_list

        locale = locale_of(self._announcement.language)
        return format_list([locale.languages.get(code, code) for code in self.spoken], locale=locale)

    @property
    def register(self) -> str:
        """Where to register, or empty: ``https://example.org/register``."""
        return tagged(self._event.registration.link, self._announcement)

    @property
    def register_until(self) -> date | None:
        """The last day to register, or none: ``{{ event.register_until|day("short") }}``."""
        until = self._event.registration.until
        return until.date() if until else None

    @property
    def deadline(self) -> When | None:
        """When registration closes, to the hour if that is known, or none: ``{{ event.deadline|when("on") }}``."""
        registration = self._event.registration
        if registration.until is None:
            return None
        day = registration.until.date()
        hour = registration.until.time() if registration.until_has_time else None
        return When(first=day, last=day, timezone=self._event.when.timezone, begin=hour)

    @property
    def register_until_time(self) -> time | None:
        """The hour at which registration closes, or none when the file gives a day only.

        ``{% if event.register_until_time %}{{ event.register_until_time|time }}{% endif %}``
        """
        registration = self._event.registration
        return registration.until.time() if registration.until and registration.until_has_time else None

    @property
    def register_free(self) -> bool | None:
        """Whether it is free of charge; none when nobody said: ``{% if event.register_free %}0 €{% endif %}``."""
        return self._event.registration.free

    @property
    def deadline_days_left(self) -> int | None:
        """How many days from the announcement to the last day to register, or none: ``3``."""
        until = self.register_until
        return (until - self._today).days if until else None

    @property
    def link(self) -> str:
        """The one link to show: its own page, else registration, else online, else the project: ``https://example.org/register``."""
        own = tagged(self._event.link, self._announcement)
        return own or self.register or self.online or self._announcement.project.link

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, one by one; the line to show is `hashtags`: ``{{ event.tags|join(", ") }}``."""
        return self._event.tags

    @property
    def mentions(self) -> str:
        """Accounts to mention on this kind of channel, or empty: ``@interregeurope``."""
        return " ".join(self._event.mentions.get(self._announcement.channel.type, ()))

    @property
    def credit(self) -> str:
        """Who took the picture, or empty: ``fot. UMWP``."""
        return self._event.picture.credit if self._event.picture else ""

    @property
    def _today(self) -> date:
        return self._announcement.due_local.date()

    def _optional(self, texts: Texts, field: str) -> str:
        return optional(texts, field=field, source=self._event, announcement=self._announcement)

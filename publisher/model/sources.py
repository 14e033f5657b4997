"""What is announced: events, posts and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from publisher.model.states import EventStatus

Texts: TypeAlias = Mapping[str, str]
"""Words by language code (``pl``, ``en`` …). The key ``*`` holds for every language."""

EVERY_LANGUAGE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its description per language."""

    path: Path
    alt: Texts
    credit: str = ""
    shows_emblem: bool = False  #: the funding is named in the picture itself
    has_text: bool = False  #: words stand in it that people are meant to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where an event is. All may be empty for an online event."""

    name: Texts = field(default_factory=dict)
    address: Texts = field(default_factory=dict)
    online: str = ""
    step_free: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How to register, and until when."""

    link: str = ""
    until: datetime | None = None  #: local, in the event's zone; a bare date means its last minute
    until_has_time: bool = False
    free: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When an event is, on the wall clock of ``timezone``.

    ``begin`` and ``end`` hours are None for an all-day event; with several days they are the daily hours.
    """

    first: date
    last: date
    timezone: str
    begin: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A happening, as in schema.org and iCalendar."""

    id: str
    status: EventStatus
    when: When
    title: Texts
    summary: Texts = field(default_factory=dict)
    venue: Venue = field(default_factory=Venue)
    organiser: Texts = field(default_factory=dict)
    spoken: tuple[str, ...] = ()
    registration: Registration = field(default_factory=Registration)
    picture: Picture | None = None
    link: str = ""
    tags: tuple[str, ...] = ()
    mentions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A one-off or recurring text that belongs to no event."""

    id: str
    text: Texts
    text_for: Mapping[str, Texts] = field(default_factory=lambda: MappingProxyType({}))  #: by channel type
    subject: Texts = field(default_factory=dict)
    link: str = ""
    picture: Picture | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A summary of the events that lie ahead."""

    id: str
    covers: timedelta
    skip_if_empty: bool = True
    events: tuple[Event, ...] = ()  #: those it covers, filled in when it is rendered


Source: TypeAlias = Event | Post | Digest

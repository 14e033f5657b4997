"""Events from RSS and Atom, when the feed says when they are.

The date of an RSS or Atom entry is that of its publication and never taken for that of an event. Only extensions tell
that one: ``ev:startdate`` (RSS 1.0 module Event), ``xcal:dtstart`` (xCal), ``gd:when``. A document type is refused:
feeds need none, and it is what entity bombs and external entities are made of.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.entities import name2codepoint
from typing import NoReturn
from xml.parsers import expat

from publisher.importing.errors import SourceUnusable
from publisher.importing.found import Basket, FoundEvent, Harvest, Setting
from publisher.importing.periods import NoPeriod, Told, between, read_told
from publisher.importing.texts import (
    NAME_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    clean,
    shortened,
    web_link,
    without_markup,
)

_MOST_DEPTH = 40
_MOST_ENTRIES = 5_000
_LONGEST_TEXT = 100_000
_ROOTS = ("rss", "RDF", "feed")
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF)[\s>]")
_HEAD = 2_000
_ENTRIES = ("item", "entry")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,9});")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")
_START = ("startdate", "dtstart", "startTime")
_END = ("enddate", "dtend", "endTime")
_REMEDY = "look for a calendar (.ics) on the site and import that"


@dataclass(slots=True)
class _Entry:
    """The texts of one entry by the local name of the element; the first of each name counts."""

    texts: dict[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        return next((self.texts[name.lower()] for name in names if self.texts.get(name.lower())), "")


class _Feed:
    """Gathers the entries of a feed while expat reads it."""

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self._path: list[str] = []
        self._entry: _Entry | None = None
        self._entry_depth = 0
        self._pieces: list[str] = []
        self._length = 0

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(_mended(content), True)  # noqa: FBT003  expat knows it by position only
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise SourceUnusable(f"this is not well-formed XML: {error}", remedy=_REMEDY) from None

    def _doctype(self, *_: object) -> NoReturn:
        raise SourceUnusable("the feed has a document type (DOCTYPE), which is refused", remedy=_REMEDY)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self._path and local not in _ROOTS:
            raise SourceUnusable(f"this XML is no feed: it begins with <{local[:40]}>", remedy=_REMEDY)
        self._path.append(local)
        if len(self._path) > _MOST_DEPTH:
            raise SourceUnusable("the feed is nested too deeply", remedy=_REMEDY)
        if self._entry is None and local in _ENTRIES:
            if len(self.entries) >= _MOST_ENTRIES:
                raise SourceUnusable(f"the feed has more than {_MOST_ENTRIES:,} entries", remedy=_REMEDY)
            self._entry, self._entry_depth = _Entry(), len(self._path)
            self.entries.append(self._entry)
        elif self._entry is not None and len(self._path) == self._entry_depth + 1:
            self._pieces, self._length = [], 0
            self._attributes(self._entry, local, attributes)

    def _attributes(self, entry: _Entry, local: str, attributes: dict[str, str]) -> None:
        if local == "link" and attributes.get("rel", "alternate") == "alternate":
            entry.texts.setdefault("link", attributes.get("href", ""))
        elif local == "when":
            for name in ("startTime", "endTime"):
                entry.texts.setdefault(name.lower(), attributes.get(name, ""))

    def _text(self, text: str) -> None:
        if self._entry is not None and self._length < _LONGEST_TEXT:
            self._pieces.append(text)
            self._length += len(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if self._entry is not None and len(self._path) == self._entry_depth + 1:
            text = "".join(self._pieces).strip()
            if text and not self._entry.texts.get(local.lower()):
                self._entry.texts[local.lower()] = text
        elif len(self._path) == self._entry_depth:
            self._entry, self._entry_depth = None, 0
        self._path.pop()


def _mended(content: bytes) -> bytes:
    """What feeds get wrong most: white space before the beginning, and names that only HTML knows (``&nbsp;``)."""
    return _NAMED.sub(_numbered, content.lstrip())


def _numbered(found: re.Match[bytes]) -> bytes:
    code = name2codepoint.get(found[1].decode("ascii"))
    return found[0] if code is None or found[1] in _OF_XML else b"&#%d;" % code


def looks_like_feed(text: str) -> bool:
    """Whether a text begins like RSS or Atom."""
    root = _ROOT.search(text[:_HEAD])
    return root is not None and "<html" not in text[: root.start()].lower()


def read_feed(content: bytes, setting: Setting) -> Harvest:
    """The events of a feed. Raises `SourceUnusable` for broken XML and for a feed without dates of events."""
    feed = _Feed()
    feed.read(content)
    basket = Basket(setting)
    undated = 0
    for entry in feed.entries:
        if entry.first(*_START):
            _take(entry, basket)
        else:
            undated += 1
    if not feed.entries:
        basket.note("There is no entry in the feed.")
    elif undated == len(feed.entries):
        raise SourceUnusable(
            f"none of the entries of the feed ({undated}) says when its event is"
            " (the date in a feed is that of publication, so it was not used)",
            remedy=_REMEDY,
        )
    if undated:
        basket.note(f"Entries without the date of an event were left out: {undated}.")
    return basket.harvest()


def _take(entry: _Entry, basket: Basket) -> None:
    title = shortened(without_markup(entry.first("title")), TITLE_LENGTH)
    if not title:
        basket.note("An entry without a title was left out.")
        return
    zone = basket.setting.timezone
    try:
        start = read_told(entry.first(*_START), timezone=zone)
        period, remark = between(start, _end(entry, start, timezone=zone), timezone=zone)
    except NoPeriod as fault:
        basket.note(f"“{shortened(title, 80)}” was left out: {fault}.")
        return
    link = web_link(entry.first("link", "origLink"))
    place = shortened(without_markup(entry.first("location", "where")), NAME_LENGTH)
    basket.put(
        FoundEvent(
            uid=clean(entry.first("guid", "id", "uid")) or link or _made_up(title, entry.first(*_START)),
            title={"": title},
            period=period,
            summary=_summary(entry),
            venue="" if web_link(place) else place,
            online=web_link(place),
            link=link,
            remarks=(remark,) if remark else (),
        )
    )


def _end(entry: _Entry, start: Told, *, timezone: str) -> Told | None:
    """Of a whole day xCal names the day after (RFC 6321, like iCalendar), the others name the last day."""
    text = entry.first(*_END)
    end = read_told(text, timezone=timezone) if text else None
    if end is not None and end.clock is None and entry.first("dtend"):
        return Told(max(start.day, end.day - timedelta(days=1)))
    return end


def _summary(entry: _Entry) -> dict[str, str]:
    text = shortened(without_markup(entry.first("summary", "description", "content")), SUMMARY_LENGTH)
    return {"": text} if text else {}


def _made_up(title: str, start: str) -> str:
    return "nameless-" + hashlib.sha256(f"{title}\n{start}".encode()).hexdigest()[:20]

"""Events from schema.org in JSON-LD: in a web page, as search engines read it, or in a file of its own.

``startDate`` and ``endDate`` are ISO 8601; a mere date at the end is the last day (schema.org/endDate). The page is
searched by hand: ``html.parser`` takes time with the square of the size for markup that is left open.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from publisher.importing.errors import SourceUnusable
from publisher.importing.found import Basket, FoundEvent, Harvest, Setting
from publisher.importing.periods import NoPeriod, Told, between, read_told
from publisher.importing.places import is_online, organiser, place, registration
from publisher.importing.texts import (
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    absolute,
    clean,
    decoded,
    language_code,
    shortened,
    web_link,
    without_markup,
)

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"

_OPENING = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_CLOSING = re.compile(r"</script", re.IGNORECASE)
_TYPE = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json\b""", re.IGNORECASE)
_LONGEST_TAG = 2_000
_EVENT_TYPES = {"Festival", "Hackathon", "CourseInstance"}
_NOT_EVENTS = {"Event" + suffix for suffix in ("Series", "Status")} | {"BroadcastEvent", "PublicationEvent"}
_PARTS = ("subEvent", "subEvents")
#: Around JSON in pages that are XHTML.
_CDATA = re.compile(r"\A\s*(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?|(?://|/\*)?\s*\]\]>(?:\s*\*/)?\s*\Z")
_MOST_OBJECTS = 10_000
_MOST_SCRIPTS = 200
_STATES = {
    "EventCancelled": "its source calls it cancelled",
    "EventPostponed": "its source calls it postponed",
    "EventRescheduled": "its source says that it was moved to this date",
    "EventMovedOnline": "its source says that it was moved online",
}


def looks_like_json(text: str) -> bool:
    """Whether a text begins like a JSON document."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") and '"' in text


def looks_like_page(text: str) -> bool:
    """Whether a text is an HTML page, or a piece of one that holds JSON-LD."""
    head = text[:_LONGEST_TAG].lower()
    return "<html" in head or "<!doctype html" in head or "<head" in head or "application/ld+json" in text[:100_000]


def read_page(content: bytes, setting: Setting, *, url: str = "", charset: str = "") -> Harvest:
    """The events that a page describes in JSON-LD. Raises `SourceUnusable` when it has no part that can be read."""
    text, _ = decoded(content, charset=charset)
    basket = Basket(setting)
    reader = _Reader(basket, url)
    readable = 0
    for number, script in enumerate(itertools.islice(_scripts(text), _MOST_SCRIPTS), start=1):
        try:
            document = _parsed(script)
        except ValueError as error:
            basket.note(f"Part {number} of the page can't be read as JSON ({error}); the others were.")
            continue
        readable += 1
        reader.take(document)
    if not readable:
        raise SourceUnusable(
            "the page describes no events in a form that programs can read (JSON-LD of schema.org)"
            if not basket.notes
            else f"the page's JSON-LD can't be read: {basket.notes[0]}",
            remedy="look for a calendar (.ics) or feed on the site and import that",
        )
    return basket.harvest()


def read_json(content: bytes, setting: Setting, *, url: str = "", charset: str = "") -> Harvest:
    """The events of a JSON-LD file. Raises `SourceUnusable` when it is no JSON."""
    text, _ = decoded(content, charset=charset)
    try:
        document = _parsed(text)
    except ValueError as error:
        raise SourceUnusable(f"this is not JSON: {error}", remedy="ask its source for a valid file") from None
    basket = Basket(setting)
    _Reader(basket, url).take(document)
    return basket.harvest()


def _scripts(text: str) -> Iterator[str]:
    """What stands in the JSON-LD elements of a page, comments left out; every character is looked at once."""
    at = 0
    while opening := _OPENING.search(text, at):
        if opening[0] == "<!--":
            end = text.find("-->", opening.end())
            if end < 0:
                return
            at = end + 3
            continue
        head_end = text.find(">", opening.end())
        closing = _CLOSING.search(text, head_end) if head_end >= 0 else None
        if closing is None:
            return
        if _TYPE.search(text, opening.end(), min(head_end, opening.end() + _LONGEST_TAG)):
            yield text[head_end + 1 : closing.start()]
        at = closing.end()


def _parsed(text: str) -> Json:
    """The document; numbers stay text. Raises `ValueError` with the place."""
    text = _CDATA.sub("", text).strip().removeprefix("<!--").removesuffix("-->").removeprefix("\ufeff")
    try:
        document: Json = json.loads(text, strict=False, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return document


class _Reader:
    def __init__(self, basket: Basket, url: str) -> None:
        self._basket = basket
        self._url = url
        self._left = _MOST_OBJECTS

    def take(self, document: Json) -> None:
        """Every event in a document, in the order in which it stands there, and the events that are parts of one.

        What is no event is searched whole, as it may hold one under any name (``mainEntity``, ``about``, ``event``).
        """
        waiting = [document]
        while waiting:
            if self._left == 0:
                self._basket.note(f"Only the first {_MOST_OBJECTS:,} parts of the source were looked at.")
                return
            self._left -= 1
            node = waiting.pop()
            if isinstance(node, list):
                waiting.extend(reversed(node[:_MOST_OBJECTS]))
            elif isinstance(node, dict) and _is_event(node):
                self._put(node)
                waiting.extend(node[name] for name in reversed(_PARTS) if name in node)
            elif isinstance(node, dict):
                waiting.extend(value for value in reversed(node.values()) if isinstance(value, list | dict))

    def _put(self, node: dict[str, Json]) -> None:
        title = words(node.get("name"), TITLE_LENGTH) or words(node.get("headline"), TITLE_LENGTH)
        if not title:
            self._basket.note("An event without a name was left out.")
            return
        try:
            self._basket.put(self._event(node, title))
        except NoPeriod as fault:
            self._basket.note(f"“{shortened(next(iter(title.values())), 80)}” was left out: {fault}.")

    def _event(self, node: dict[str, Json], title: dict[str, str]) -> FoundEvent:
        start = self._told(node.get("startDate"))
        if start is None:
            raise NoPeriod("it has no date")
        zone = self._basket.setting.timezone
        period, remark = between(start, self._told(node.get("endDate")), timezone=zone)
        link = web_link(absolute(self._url, first_text(node.get("url")))) if node.get("url") else ""
        where = place(node.get("location"))
        status = first_text(node.get("eventStatus")).rpartition("/")[2]
        online = where.online or (link if is_online(node.get("eventAttendanceMode")) and not where.venue else "")
        return FoundEvent(
            uid=self._uid(node, link, title=title),
            title=title,
            period=period,
            summary=words(node.get("description"), SUMMARY_LENGTH),
            venue=where.venue,
            address=where.address,
            online=online,
            organiser=organiser(node.get("organizer")),
            link=link,
            register=registration(node.get("offers"), not_this=link),
            remarks=tuple(filter(None, (_STATES.get(status, ""), remark))),
            is_off=status == "EventCancelled",
        )

    def _told(self, value: Json) -> Told | None:
        text = first_text(value)
        return read_told(text, timezone=self._basket.setting.timezone) if text else None

    def _uid(self, node: dict[str, Json], link: str, *, title: dict[str, str]) -> str:
        """``@id`` or ``identifier``, else the page about it, else what it is called and when it begins."""
        named = first_text(node.get("@id")) or first_text(node.get("identifier"))
        if named and not named.startswith("_:"):
            return clean(absolute(self._url, named) if named.startswith(("#", "/")) else named)
        told = "\n".join((link, *title.values(), first_text(node.get("startDate"))[:10]))
        return "nameless-" + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


def _is_event(node: dict[str, Json]) -> bool:
    types = node.get("@type")
    names = [
        re.split(r"[/:#]", one)[-1] for one in (types if isinstance(types, list) else [types]) if isinstance(one, str)
    ]
    return any((name.endswith("Event") or name in _EVENT_TYPES) and name not in _NOT_EVENTS for name in names)


def first_text(value: Json) -> str:
    """A text, or the first one in a list, or the one in a value object or behind an ``@id``."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value", value.get("value", value.get("@id")))
    return value if isinstance(value, str) else ""


def words(value: Json, most: int) -> dict[str, str]:
    """Words by language; those without one are under the empty code, and count only when there are no others."""
    found: dict[str, str] = {}
    for one in value[:50] if isinstance(value, list) else [value]:
        code = language_code(one.get("@language")) if isinstance(one, dict) else ""
        if text := shortened(without_markup(first_text(one)), most):
            found.setdefault(code, text)
    return found

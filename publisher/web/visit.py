"""A request as the pages see it, and what they answer: plain records, so that pages need no web server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from publisher.personal import SAMPLE_TOKEN
from publisher.web.words import PageWords


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form or a query holds: names and values, in their order."""

    pairs: Sequence[tuple[str, str]] = ()

    def one(self, name: str) -> str:
        """The first value of this name, without spaces around it; empty when there is none."""
        return next((value.strip() for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this name, each once."""
        return tuple(dict.fromkeys(value for key, value in self.pairs if key == name))

    def has(self, name: str) -> bool:
        """Whether this name is there, with a value or without."""
        return any(key == name for key, _ in self.pairs)

    def says(self, name: str, value: str) -> bool:
        """Whether it holds this pair; case makes no difference."""
        return any((key.casefold(), text.strip().casefold()) == (name, value) for key, text in self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request. ``client`` stands for whoever sent it, and does not tell who that is."""

    now: datetime
    words: PageWords
    client: bytes
    address: str  #: of the page, below the public one, without a query
    path: Mapping[str, str] = field(default_factory=dict)  #: the parts of the address that differ
    query: Fields = field(default_factory=Fields)
    form: Fields = field(default_factory=Fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page to be shown: a template and what it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False  #: whether search engines may show it


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Something that is no page of ours: a feed, a file to keep, a mail as it was sent."""

    content: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Go on at another address below the public one, with GET."""

    address: str


VisitReply = WebPage | Raw | Elsewhere


def problem(name: str, *, status: HTTPStatus) -> WebPage:
    """The page about something that is wrong; ``name`` is that of its words."""
    return WebPage(template="problem", values={"name": name}, status=status)


def lost() -> WebPage:
    """There is no such page."""
    return problem("lost", status=HTTPStatus.NOT_FOUND)


def bad_link(visit: Visit) -> WebPage:
    """The link was cut off, or is none of ours; or it stood in a mail that was only to be looked at."""
    name = "sample" if visit.path["token"] == SAMPLE_TOKEN else "link"
    return problem(name, status=HTTPStatus.NOT_FOUND)

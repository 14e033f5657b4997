"""What all feeds share: who publishes, in which language, as of when, and how an event is known to the outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit, urlunsplit

from publisher.model import Event, EventStatus, Project
from publisher.timing.anchors import end_at, start_at

#: Hours after which a program that follows a feed should look again.
REFRESH_HOURS = 6

_HOST_WITHOUT_LINK = "publisher"
_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_LARGEST = 2**31 - 1
#: Characters with a meaning of their own in an address, and those that are escaped already (RFC 3986 section 2).
_AS_THEY_ARE = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One feed in one language.

    ``languages``: the one that is asked for, then those that stand in for it, best first. ``revised_at`` (aware UTC):
    when the file was last changed; in a mail, when it is due. ``url``: where the feed itself can be fetched, if known.
    """

    project: Project
    languages: tuple[str, ...]
    revised_at: datetime
    url: str = ""

    @property
    def language(self) -> str:
        """The language that is asked for."""
        return self.languages[0]

    @property
    def sequence(self) -> int:
        """A number that rises with every revision."""
        return sequence_at(self.revised_at)


def sequence_at(revised_at: datetime) -> int:
    """The SEQUENCE of what was revised at this instant: seconds since the beginning of 2020.

    RFC 5545 section 3.8.7.4 asks for a number that never falls, and a text file has no place to count in.
    Seconds fit into the 31 bits of an INTEGER (section 3.3.8) until 2088.
    """
    return min(max(int((revised_at - _COUNTED_FROM).total_seconds()), 0), _LARGEST)


def published(events: Iterable[Event]) -> list[Event]:
    """The events that the public may know of, by time; never a draft."""
    return sorted(
        (event for event in events if event.status is not EventStatus.DRAFT),
        key=lambda event: (start_at(event), event.id),
    )


def ahead(events: Iterable[Event], *, now: datetime) -> list[Event]:
    """Those that are not over at ``now`` (aware UTC)."""
    return [event for event in events if end_at(event) > now]


def uid(event_id: str, project: Project) -> str:
    """What an event is called in the whole world, for good (RFC 5545 section 3.8.4.7): ``open-day@example.org``."""
    return f"{event_id}@{_host(project.link) or _HOST_WITHOUT_LINK}"


def event_link(event: Event, project: Project) -> str:
    """The one link to show: the event's own page, else registration, else online, else the project's; may be empty."""
    return ascii_address(event.link or event.registration.link or event.venue.online or project.link)


def ascii_address(link: str) -> str:
    """A web address in the letters that RFC 3986 allows: ``https://xn--d-uga0v.example/za%C5%BC``."""
    try:
        parts = urlsplit(link)
        netloc = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except ValueError:
        return quote(link, safe=_AS_THEY_ARE)
    return urlunsplit(parts._replace(netloc=netloc, **{name: _quoted(getattr(parts, name)) for name in _ESCAPED}))


_ESCAPED = ("path", "query", "fragment")


def _quoted(part: str) -> str:
    return quote(part, safe=_AS_THEY_ARE)


def _host(link: str) -> str:
    try:
        return urlsplit(ascii_address(link)).hostname or ""
    except ValueError:
        return ""

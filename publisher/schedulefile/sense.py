"""What is readable, but can't be meant: hours that no clock shows, registration that closes after the event.

These look at the nodes and not at the finished parts, so that one mistake in an entry does not hide another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic_core import PydanticCustomError

from publisher.model import Severity
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, Span
from publisher.schedulefile.when import Period, read_period
from publisher.sentences import sentence
from publisher.timing.grammar import parse_phrase
from publisher.timing.instants import is_repeated, is_skipped, to_instant, to_local, zone
from publisher.timing.phrases import Fixed, PhraseError
from publisher.timing.spoken import spoken_day

_CLOCK = re.compile(r"(?<![\d-])\d{1,2}[:.]\d{2}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Sense:
    """Looks through entries.

    ``timezone`` is the clock of the file; ``zones`` are those of channels that have one of their own, by name.
    """

    findings: Findings
    timezone: str
    zones: Map[str, str] = field(default_factory=dict)

    def check(self, node: Node, *, about: str) -> None:
        """Note what can't be meant in one event, post or digest."""
        if not isinstance(node, Mapping):
            return
        for part, moment in _moments(node):
            zones = [self.zones.get(name, self.timezone) for name in _names(part.get("to"))]
            for timezone in dict.fromkeys(zones or [self.timezone]):
                self._check_clock(moment, _fixed(moment), timezone, about=about)
        when = node.get("when")
        period = _period(when)
        if isinstance(when, Scalar) and period is not None:
            self._check_hours(when, period, own_zone(node) or self.timezone, about=about)
            self._check_deadline(node, period, about=about)

    # --- clocks -----------------------------------------------------------------------------------------

    def _check_hours(self, node: Scalar, period: Period, timezone: str, *, about: str) -> None:
        for day, hour, number in ((period.first, period.begin, 0), (period.last, period.end, 1)):
            if hour is not None:
                self._check_clock(node, datetime.combine(day, hour), timezone, about=about, number=number)

    def _check_clock(self, node: Scalar, local: datetime | None, timezone: str, *, about: str, number: int = 0) -> None:
        """``number`` says which of the hours in the text it is."""
        if local is None:
            return
        span = _of_clock(node, number)
        if is_skipped(local, timezone):
            self._tell_gap(local, timezone, span=span, about=about)
        elif is_repeated(local, timezone):
            self._tell_fold(local, timezone, span=span, about=about)

    def _tell_gap(self, local: datetime, timezone: str, *, span: Span, about: str) -> None:
        after = to_local(to_instant(local, timezone), timezone)
        length = after - local
        begin, end = _gap(local, timezone, length)
        self.findings.add(
            "dst-gap",
            sentence(
                "{day} has no {time:%H:%M} in {timezone}: clocks go from {begin:%H:%M} to {end:%H:%M}.",
                day=spoken_day(local.date()),
                time=local,
                timezone=timezone,
                begin=begin,
                end=end,
            ),
            hint=sentence(
                "Use {after:%H:%M}, or any time outside {begin:%H:%M}–{last:%H:%M}.",  # noqa: RUF001
                after=after,
                begin=begin,
                last=end - timedelta(minutes=1),
            ),
            span=span,
            about=about,
        )

    def _tell_fold(self, local: datetime, timezone: str, *, span: Span, about: str) -> None:
        begin, end = _fold(local, timezone)
        self.findings.add(
            "dst-fold",
            sentence(
                "{day} has {time:%H:%M} twice in {timezone}: clocks go from {end:%H:%M} back to {begin:%H:%M}."
                " The first is meant.",
                day=spoken_day(local.date()),
                time=local,
                timezone=timezone,
                begin=begin,
                end=end,
            ),
            hint=sentence(
                "Use a time outside {begin:%H:%M}–{last:%H:%M} if that is not sure enough.",  # noqa: RUF001
                begin=begin,
                last=end - timedelta(minutes=1),
            ),
            span=span,
            about=about,
            severity=Severity.WARNING,
        )

    # --- deadlines --------------------------------------------------------------------------------------

    def _check_deadline(self, node: Mapping, period: Period, *, about: str) -> None:
        register = node.get("register")
        until = register.get("until") if isinstance(register, Mapping) else None
        deadline = _period(until)
        if not isinstance(until, Scalar) or deadline is None:
            return
        if deadline.last > period.last:
            message = sentence("Registration closes on {until}, after the event is over.", until=deadline.last)
            severity = Severity.ERROR
        elif deadline.first > period.first:
            message = sentence("Registration closes on {until}, after the event has begun.", until=deadline.last)
            severity = Severity.WARNING
        else:
            return
        self.findings.add(
            "register-late",
            message,
            hint=sentence("The event begins on {first}. Write a day before it.", first=period.first),
            span=until.span,
            about=about,
            severity=severity,
        )


def _moments(node: Mapping) -> Iterator[tuple[Mapping, Scalar]]:
    """Where an entry says when something goes out, with the group that says it."""
    changes = node.get("changes")
    nodes = changes.nodes if isinstance(changes, Sequence) else []
    for part, name in ((node, "send"), *((change, "add") for change in nodes)):
        found = part.get(name) if isinstance(part, Mapping) else None
        if isinstance(part, Mapping) and isinstance(found, Scalar):
            yield part, found


def _names(node: Node | None) -> list[str]:
    """The names of a list, or the one name."""
    nodes = node.nodes if isinstance(node, Sequence) else [node]
    return [one.text for one in nodes if isinstance(one, Scalar)]


def _fixed(node: Scalar) -> datetime | None:
    try:
        phrase = parse_phrase(node.text.strip())
    except PhraseError:
        return None
    return phrase.local if isinstance(phrase, Fixed) else None


def _period(node: Node | None) -> Period | None:
    if not isinstance(node, Scalar):
        return None
    try:
        return read_period(node.text)
    except PydanticCustomError:
        return None


def own_zone(node: Node) -> str:
    """The time zone that an entry or a channel names itself, when there is one of that name."""
    named = node.get("timezone") if isinstance(node, Mapping) else None
    if not isinstance(named, Scalar):
        return ""
    try:
        zone(named.text)
    except (ValueError, OSError, LookupError):
        return ""
    return named.text


def _of_clock(node: Scalar, number: int) -> Span:
    """The characters of an hour in a text; the whole text when it has more than one line."""
    found = list(_CLOCK.finditer(node.text))
    span = node.span
    if span.line != span.end_line or len(found) <= number:
        return span
    quote = 0 if node.plain else 1
    begin, end = found[number].span()
    return Span(span.line, span.column + begin + quote, span.line, span.column + end + quote)


def _gap(local: datetime, timezone: str, length: timedelta) -> tuple[datetime, datetime]:
    """The last moment before clocks go forward, and what they show then."""
    begin = local
    while is_skipped(begin - timedelta(minutes=1), timezone):
        begin -= timedelta(minutes=1)
    return begin, begin + length


def _fold(local: datetime, timezone: str) -> tuple[datetime, datetime]:
    """From when to when the hours come twice."""
    begin = end = local
    while is_repeated(begin - timedelta(minutes=1), timezone):
        begin -= timedelta(minutes=1)
    while is_repeated(end, timezone):
        end += timedelta(minutes=1)
    return begin, end

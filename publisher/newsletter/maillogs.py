"""Mail servers' logs: what became of mails that are known by their Message-ID. Postfix, Exim and sendmail.

A log may be large and compressed: it is read line by line, twice, and only what concerns our mails is kept. OpenSMTPD
does not write the Message-ID into its log.

Sources: Postfix cleanup(8), qmgr(8), smtp(8): a Message-ID is logged while the mail still comes in, and only ``queue
active`` shows that it was taken; Exim specification chapter 53 (``<=``, ``=>``, ``->``, ``==``, ``**``); sendmail
Operations Guide section 2.1.1.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from publisher.errors import SettingsError

_GZIP = b"\x1f\x8b"
_STAMP = re.compile(r"(?:message-id=<?|\bid=|msgid=<?)([0-9a-f]{24})@", re.IGNORECASE)

_POSTFIX = re.compile(r"postfix[\w./-]*\[\d+\]: (?P<queue>[0-9A-Za-z]{6,20}): (?P<rest>.*)")
_SENDMAIL = re.compile(r"(?:sendmail|sm-mta)[\w./-]*\[\d+\]: (?P<queue>[0-9A-Za-z]{8,20}): (?P<rest>.*)")
_EXIM = re.compile(
    r"(?:^|\s)(?P<queue>[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (?P<sign><=|=>|->|>>|==|\*\*) (?P<rest>.*)"
)
_OF_SERVER = re.compile(
    r"(?:postfix|sendmail|sm-mta)[\w./-]*\[\d+\]: |[\d:]{8}.* (?:exim \d|Start queue run: |End queue run: )|"
    + _EXIM.pattern
)
_TO = re.compile(r"\b(?:orig_)?to=<?([^<>,\s]+@[^<>,\s]+?)>?(?:,|$)")
_STATUS = re.compile(r"\b(?:status|stat)=(?P<status>[\w ]+?)(?: \((?P<said>.*)\)|: (?P<more>.*)|$)")
_DSN = re.compile(r"\bdsn=([245]\.\d{1,3}\.\d{1,3})")

_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?\s?(Z|[+-]\d\d:?\d\d)?")
_BSD = re.compile(r"([A-Z][a-z]{2})\s+(\d{1,2}) (\d\d:\d\d:\d\d)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_SAID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A mail to look for: ``stamp`` begins its Message-ID. ``address`` is the reader's."""

    stamp: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a log shows of a mail that the server took. ``is_refused``: it came to nothing, as the next server says."""

    queue: str
    is_taken: bool = False
    is_refused: bool = False
    code: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The traces by stamp, and from when to when the mail server wrote each file (aware UTC)."""

    traces: Mapping[str, Trace]
    spans: Sequence[tuple[datetime, datetime]] = ()

    def covers(self, moment: datetime, *, margin: timedelta) -> bool:
        """Whether the logs surely begin before, and go on for long enough after, with no file missing in between."""
        begin = end = None
        for first, last in sorted(self.spans):
            if begin is None or end is None or first > end + margin:
                begin, end = first, last
            end = max(end, last)
            if begin <= moment - margin and end >= moment + margin:
                return True
        return False


@dataclass(slots=True)
class _Search:
    """A search under way: our queue ids, and what is known of each."""

    wanted: Mapping[str, Sought]
    queues: dict[str, str] = field(default_factory=dict)  #: stamp by queue id
    traces: dict[str, Trace] = field(default_factory=dict)

    def learn(self, line: str) -> None:
        """First reading: which queue ids are ours."""
        if (found := _STAMP.search(line)) is None or (stamp := found[1].lower()) not in self.wanted:
            return
        if match := _EXIM.search(line) or _POSTFIX.search(line) or _SENDMAIL.search(line):
            self.queues[match["queue"]] = stamp
            is_taken = match.re is not _POSTFIX  # Postfix writes it down before it has taken the mail
            self.traces.setdefault(stamp, Trace(queue=match["queue"], is_taken=is_taken))

    def follow(self, line: str) -> None:
        """Second reading: what became of them."""
        match = _EXIM.search(line) or _POSTFIX.search(line) or _SENDMAIL.search(line)
        if match is None or (stamp := self.queues.get(match["queue"])) is None:
            return
        trace, rest = self.traces[stamp], match["rest"]
        if match.re is _EXIM:
            self.traces[stamp] = _of_exim(trace, match["sign"], rest, address=self.wanted[stamp].address)
        elif rest.endswith("(queue active)"):
            self.traces[stamp] = replace(trace, is_taken=True)
        elif self.wanted[stamp].address.lower() in map(str.lower, _TO.findall(rest)):
            self.traces[stamp] = _of_status(trace, rest)


def search(files: Iterable[Path], sought: Iterable[Sought], *, now: datetime, zone: tzinfo) -> Findings:
    """Look for these mails in logs. ``zone`` is that of times without one; a year that is left out is the latest one.

    What other programs wrote into the same log says nothing of when mails came. Raises `SettingsError` when a file
    can't be read, or no line in any of them is a mail server's.
    """
    paths, found = list(files), _Search({one.stamp: one for one in sought})
    spans: dict[Path, tuple[datetime, datetime]] = {}
    is_of_server = False
    for path in paths:
        for line in filter(_OF_SERVER.search, _lines([path])):
            is_of_server = True
            found.learn(line)
            if (at := _time(line, now=now, zone=zone)) is not None:
                first, last = spans.get(path, (at, at))
                spans[path] = min(first, at), max(last, at)
    if not is_of_server:
        raise _no_log(paths)
    if found.queues:
        for line in _lines(paths):
            found.follow(line)
    return Findings(
        traces={stamp: one for stamp, one in found.traces.items() if one.is_taken}, spans=list(spans.values())
    )


def _no_log(paths: Iterable[Path]) -> SettingsError:
    return SettingsError(
        "no line here was written by Postfix, Exim or sendmail",
        subject=", ".join(map(str, paths)),
        remedy="name the mail server's log, such as /var/log/mail.log; nothing was changed",
    )


def _of_exim(trace: Trace, sign: str, rest: str, *, address: str) -> Trace:
    if sign == "<=":
        return replace(trace, is_taken=True)
    if address.lower() not in rest.partition(" R=")[0].lower():
        return trace
    if sign == "**":
        return replace(trace, is_taken=True, is_refused=True, said=_short(rest.rpartition(": ")[2]))
    said = rest.partition('C="')[2].partition('"')[0] if sign != "==" else "deferred by the next server"
    return replace(trace, is_taken=True, said=_short(said))


def _of_status(trace: Trace, rest: str) -> Trace:
    """``bounced`` and ``expired`` of Postfix; sendmail names the reason and a code of the class 5."""
    if (status := _STATUS.search(rest)) is None:
        return trace
    dsn = _DSN.search(rest)
    word, code = status["status"].lower(), dsn[1] if dsn else ""
    is_refused = word in ("bounced", "expired") or code.startswith("5.")
    said = _short(status["said"] or status["more"] or status["status"])
    return replace(trace, is_taken=True, is_refused=is_refused, code=code, said=said)


def _short(said: str) -> str:
    """Without addresses: the ledger keeps what was said, and pages show it."""
    return re.sub(r"[^\s<>()\"']+@[^\s<>()\"']+", "…", said)[:_MOST_SAID].strip()


def _lines(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        try:
            with path.open("rb") as raw:
                is_packed = raw.read(2) == _GZIP
            with gzip.open(path, "rb") if is_packed else path.open("rb") as stream:
                yield from (line.decode("utf-8", "replace").rstrip("\r\n") for line in stream)
        except (OSError, EOFError) as error:
            raise SettingsError(
                "the log can't be read", subject=str(path), remedy="check the name, and the right to read it"
            ) from error


def _time(line: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    if found := _ISO.match(line):
        written = datetime.fromisoformat(found[1] + (found[2] or "").replace("Z", "+00:00"))
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    if (found := _BSD.match(line)) and found[1] in _MONTHS:
        return _without_year(found, now=now, zone=zone)
    return None


def _without_year(found: re.Match[str], *, now: datetime, zone: tzinfo) -> datetime | None:
    """The latest such day that does not lie ahead."""
    hour, minute, second = map(int, found[3].split(":"))
    for year in (now.year, now.year - 1):
        try:
            at = datetime(year, _MONTHS.index(found[1]) + 1, int(found[2]), hour, minute, second, tzinfo=zone)
        except ValueError:
            continue
        if at.astimezone(UTC) <= now + timedelta(days=1):
            return at.astimezone(UTC)
    return None

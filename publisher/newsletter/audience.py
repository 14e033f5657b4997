"""Whom an audience names: the readers in a file, or those on lists in the ledger, each once, as they are now.

They come one after the other, however many they are. Who must not be written to comes, too, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from publisher.errors import AudienceError
from publisher.ledger.listrecords import Candidate, Excluded, Exclusion, MailList, Member, Suppression, Why
from publisher.model import Audience, Channel, Problem, Reader
from publisher.newsletter.csvlist import OpenList, open_list
from publisher.newsletter.languages import choose
from publisher.schedulefile.names import meant
from publisher.segments.conditions import Condition, folded
from publisher.segments.grammar import LANGUAGE, SINCE, parse_condition
from publisher.sentences import sentence

if TYPE_CHECKING:  # `check` needs no database, and SQLAlchemy is slow to import
    from publisher.ledger.ledger import Ledger
    from publisher.newsletter.keys import ListKey

LINE = "(line "
"""How what stands instead of an address begins, for a row of a file that has none that can be used."""

_CHUNK = 500
_OF_EVERYBODY = (LANGUAGE, "name", "email", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """An audience as it is now.

    ``columns`` are the further attributes; each reader has all of them, empty perhaps. ``readers`` are those for whom
    its condition holds, whether they may be written to or not.
    """

    columns: tuple[str, ...]
    problems: tuple[Problem, ...]
    readers: Callable[[], Iterator[Reader]]

    def __len__(self) -> int:
        """How many they are, counted when it is asked."""
        return sum(1 for _ in self.readers())


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """For whom a mailing is: to be gone through once."""

    columns: tuple[str, ...]
    candidates: Iterable[Candidate] = ()
    problems: Sequence[Problem] = ()  #: complete once the candidates were gone through


def readership(audience: Audience, *, ledger: Ledger | None) -> Readership:
    """Whom an audience names, without asking who may be written to. Raises `AudienceError`.

    Without a ledger nobody is on its lists.
    """
    if audience.path is not None:
        opened = open_list(audience.path)
        holds, readers = _holding(audience, opened), tuple(opened.readers)
        return Readership(
            columns=opened.further,
            problems=tuple(opened.problems),
            readers=lambda: (reader for reader in readers if holds(reader)),
        )
    if ledger is None:
        return Readership(columns=(), problems=(), readers=lambda: iter(()))
    lists = _Lists(audience, ledger)
    return Readership(
        columns=lists.columns, problems=(), readers=lambda: (lists.reader(member) for member in lists.members())
    )


def candidates(  # noqa: PLR0913  who, from where, for which channel, when
    audience: Audience, *, ledger: Ledger, key: ListKey, channel: Channel, now: datetime, spoken: tuple[str, ...] = ()
) -> Enrolment:
    """For whom a mailing of this channel is at this moment. Raises `AudienceError`, also when it is for nobody.

    ``spoken`` are the languages in which it goes out, when they are not all of the channel's.
    """
    languages = spoken or channel.languages
    if audience.path is not None:
        opened = open_list(audience.path)
        columns, problems, named = opened.further, opened.problems, _of_file(opened, audience, ledger=ledger, key=key)
    else:
        lists = _Lists(audience, ledger)
        columns, problems, named = lists.columns, [], lists.candidates(now)
    chosen = _at_least_one(_in_language(named, channel, languages), audience)
    return Enrolment(columns=columns, candidates=chosen, problems=problems)


class _Lists:
    """Lists in the ledger, and the condition of an audience."""

    def __init__(self, audience: Audience, ledger: Ledger) -> None:
        found = [_list_called(name, ledger, audience) for name in audience.lists]
        self.columns = tuple(dict.fromkeys(column for one in found for column in one.columns))
        self._audience = audience
        self._ledger = ledger
        self._where = _condition(audience, columns=self.columns, also=(SINCE,))

    def members(self) -> Iterator[Member]:
        """Those for whom the condition holds."""
        where = self._where
        for member in self._ledger.members.of(self._audience.lists, where=where, audience=self._audience.id):
            since = member.since.date().isoformat()
            if where is None or where.holds(lookup_of(self.reader(member), since)):
                yield member

    def reader(self, member: Member) -> Reader:
        """A member as the reader of a mail."""
        attributes = {column: member.attributes.get(column, "") for column in self.columns}
        return Reader(address=member.address, name=member.name, language=member.language, attributes=attributes)

    def candidates(self, now: datetime) -> Iterator[Candidate]:
        """The same, with why some must not be written to."""
        for member in self.members():
            out = exclusion_of(member.suppression) if member.suppression is not None else None
            until = member.paused_until
            if out is None and until is not None and until > now:
                out = Exclusion(Excluded.PAUSED, f"wants no mail before {until:%Y-%m-%d}")
            yield Candidate(self.reader(member), out)


def _of_file(found: OpenList, audience: Audience, *, ledger: Ledger, key: ListKey) -> Iterator[Candidate]:
    """The readers in a file, those with an unusable row last. For suppressions its list is called like the audience."""
    holds = _holding(audience, found)
    readers = (reader for reader in found.readers if holds(reader))
    while chunk := list(islice(readers, _CHUNK)):
        hashes = [key.hash_of(reader.address) for reader in chunk]
        held = ledger.suppressions.among(hashes, lists=[audience.id])
        for reader, person in zip(chunk, hashes, strict=True):
            yield Candidate(reader, exclusion_of(held[person]) if person in held else None)
    nothing = dict.fromkeys(found.further, "")
    for problem in found.problems:
        if problem.code in ("bad-address", "bad-row"):
            row = Reader(address=f"{LINE}{problem.place.line})", attributes=nothing)
            yield Candidate(row, Exclusion(Excluded.BAD_ADDRESS, problem.message))


def _in_language(named: Iterable[Candidate], channel: Channel, languages: tuple[str, ...]) -> Iterator[Candidate]:
    chosen: dict[str, str] = {}
    for one in named:
        own = one.reader.language
        language = chosen.get(own) or chosen.setdefault(own, choose(own, languages, channel.fallback))
        yield one if language == own else replace(one, reader=replace(one.reader, language=language), own=own)


def _at_least_one(named: Iterator[Candidate], audience: Audience) -> Iterator[Candidate]:
    nobody = True
    for one in named:
        nobody = nobody and one.exclusion is not None and one.exclusion.reason is Excluded.BAD_ADDRESS
        yield one
    if nobody:
        raise AudienceError(
            sentence("There is nobody to write to."),
            subject=f"audiences/{audience.id}",
            remedy=sentence("Look at its list and its condition:  publisher lists show"),
        )


def exclusion_of(held: Suppression) -> Exclusion:
    """What a suppression means for a mailing."""
    reason = Excluded.UNSUBSCRIBED if held.reason is Why.UNSUBSCRIBED else Excluded.SUPPRESSED
    if held.reason is Why.ERASED:
        reason = Excluded.ERASED
    scope = f"by {held.list}" if held.list else "by every list"
    return Exclusion(reason, f"{held.reason} since {held.since:%Y-%m-%d}, {scope}")


def _holding(audience: Audience, found: OpenList) -> Callable[[Reader], bool]:
    """Whether the condition of an audience holds for a reader in its file. Raises `AudienceError`."""
    where = _condition(audience, columns=found.further)
    return lambda reader: where is None or where.holds(lookup_of(reader, ""))


def _condition(audience: Audience, *, columns: Iterable[str], also: Iterable[str] = ()) -> Condition | None:
    """What ``where`` says. Raises `AudienceError` for a field that there is not: it holds for nobody, or all."""
    if not audience.where:
        return None
    where = parse_condition(audience.where)
    names = [*_OF_EVERYBODY, *also, *(column for column in columns if column)]
    known = {folded(name): name for name in names}
    for field in where.fields():
        if field not in known:
            near = meant(field, known)
            raise AudienceError(
                sentence("Its condition asks for “{field}”, and no reader has such a field.", field=field),
                subject=f"audiences/{audience.id}",
                remedy=sentence("Did you mean “{near}”?", near=known[near])
                if near
                else sentence("There are: {all}", all=", ".join(dict.fromkeys(names))),
            )
    return where


def lookup_of(reader: Reader, since: str) -> Callable[[str], str]:
    """What is known of a reader, by the folded name of a field."""
    fields = {folded(name): value for name, value in reader.attributes.items()}
    fields |= {LANGUAGE: reader.language, "name": reader.name, "email": reader.address, "address": reader.address}
    if since:
        fields[SINCE] = since
    return lambda name: fields.get(name, "")


def _list_called(name: str, ledger: Ledger, audience: Audience) -> MailList:
    found = ledger.lists.get(name)
    if found is not None:
        return found
    near = meant(name, [one.name for one in ledger.lists.all()])
    raise AudienceError(
        sentence("There is no list called “{name}”.", name=name),
        subject=f"audiences/{audience.id}",
        remedy=sentence("Did you mean “{near}”?", near=near)
        if near
        else sentence("Make it:  publisher lists create {name}", name=name),
    )

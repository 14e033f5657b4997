"""Putting the people in a file on a list: every row is looked at, and told what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from publisher.channels.addresses import masked, one_line
from publisher.ledger.intake import Arrival, Intake, Taken, Taking
from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import Agreement, Newcomer, Why
from publisher.newsletter.columns import EMAIL, LANGUAGE, NAME
from publisher.newsletter.csvfile import Row
from publisher.newsletter.departures import Departures
from publisher.newsletter.keys import ListKey
from publisher.newsletter.sheets import Sheet, read_sheet
from publisher.newsletter.validity import BadAddress, known_language, normal_address
from publisher.sentences import NOTHING, Sentence, sentence, verbatim

_CHUNK = 1000
_LONGEST_ADDRESS = 320


class RowFate(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    THERE = "already-there"
    SUPPRESSED = "suppressed"
    DUPLICATE = "duplicate"
    DEPARTED = "departed"  #: left, or never confirmed, by what the file says
    BAD_ADDRESS = "bad-address"
    BAD_ROW = "bad-row"


_FATES = {
    Taking.ADDED: RowFate.ADDED,
    Taking.CHANGED: RowFate.CHANGED,
    Taking.THERE: RowFate.THERE,
    Taking.SUPPRESSED: RowFate.SUPPRESSED,
}


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. ``words`` say why it is left out, or what of it can't be used."""

    line: int  #: from 1, as the file shows it
    address: str
    fate: RowFate
    words: Sentence = NOTHING
    has_unknown_language: bool = False  #: the person is on the list, without a language

    @property
    def masked(self) -> str:
        """The address as it may be shown to others."""
        return masked(self.address) if self.address else ""


@dataclass(slots=True)
class ImportReport:
    """What became of all rows, in the order in which they were settled."""

    rows: list[RowReport] = field(default_factory=list)
    sheet: str = ""  #: which one of a spreadsheet was read
    unread: tuple[str, ...] = ()  #: sheets of it on which there are people, too

    @property
    def counts(self) -> Mapping[RowFate, int]:
        """How many rows had each fate."""
        found = Counter(row.fate for row in self.rows)
        return {fate: found[fate] for fate in RowFate}

    @property
    def unknown_languages(self) -> int:
        """How many rows name a language that there is not."""
        return sum(row.has_unknown_language for row in self.rows)

    @property
    def remarks(self) -> Iterator[RowReport]:
        """The rows about which there is something to say, in the order of the file."""
        return iter(sorted((row for row in self.rows if row.words), key=lambda row: row.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file, the list that it is for, and by what right. ``agreement.proof`` is put before file and row."""

    file: Path
    list_name: str
    agreement: Agreement
    now: datetime


def import_file(what: Import, ledger: Ledger, key: ListKey) -> ImportReport:
    """Put the people in a file on a list, all in one transaction. Raises `AudienceError` when it can't be read."""
    with ledger.memberships.intake(what.list_name, agreement=what.agreement, now=what.now) as intake:
        return _import(what, intake, key)


def rehearse_import(what: Import, ledger: Ledger, key: ListKey) -> ImportReport:
    """What would become of each row; nothing is kept. Raises `AudienceError`."""
    with ledger.memberships.intake(what.list_name, agreement=what.agreement, now=what.now) as intake:
        intake.undo()
        return _import(what, intake, key)


def _import(what: Import, intake: Intake, key: ListKey) -> ImportReport:
    sheet = read_sheet(what.file)
    report = ImportReport(sheet=sheet.name, unread=sheet.others)
    usable = _Reading(what, sheet, key).usable(report.rows)
    while chunk := list(islice(usable, _CHUNK)):
        taken = intake.take([one.arrival for one in chunk])
        report.rows += [_told(one, found) for one, found in zip(chunk, taken, strict=True)]
    return report


@dataclass(frozen=True, slots=True)
class _Usable:
    """A row that names somebody, and what is to be said of its language."""

    line: int
    arrival: Arrival
    remark: Sentence


def _told(one: _Usable, found: Taken) -> RowReport:
    address, fate = one.arrival.newcomer.address, _FATES[found.taking]
    if found.held is not None:
        return RowReport(one.line, address, fate, _WHY_NOT[found.held.reason])
    return RowReport(one.line, address, fate, one.remark, has_unknown_language=bool(one.remark))


class _Reading:
    """The rows of a sheet as people. Who stands there twice is taken once, with what the first row says."""

    def __init__(self, what: Import, sheet: Sheet, key: ListKey) -> None:
        self._what = what
        self._sheet = sheet
        self._key = key
        self._lines: dict[str, int] = {}
        self._header = sheet.header
        self._departures = Departures(sheet.header.columns)
        ours = (EMAIL, NAME, LANGUAGE)
        self._further = {name: place for place, name in enumerate(sheet.header.columns) if name and name not in ours}

    def usable(self, unusable: list[RowReport]) -> Iterator[_Usable]:
        """The rows that name somebody; of the others a report is added."""
        for row in self._sheet.rows:
            found = self._look(row)
            if isinstance(found, RowReport):
                unusable.append(found)
            else:
                yield found

    def _look(self, row: Row) -> _Usable | RowReport:
        if row.fault or len(row.cells) != len(self._header.columns):
            return RowReport(row.line, "", RowFate.BAD_ROW, row.fault or self._uneven(row))
        written = self._header.cell(EMAIL, row.cells)
        try:
            address = normal_address(written)
        except BadAddress as error:
            words = error.reason if written else sentence("it has no address")
            return RowReport(row.line, written[:_LONGEST_ADDRESS], RowFate.BAD_ADDRESS, words)
        person = self._key.hash_of(address)
        first = self._lines.setdefault(person, row.line)
        if first != row.line:
            return RowReport(row.line, address, RowFate.DUPLICATE, sentence("it stands in line {line}", line=first))
        if gone := self._departures.told(row.cells):
            return RowReport(row.line, address, RowFate.DEPARTED, gone)
        language, remark = _language(self._header.cell(LANGUAGE, row.cells))
        newcomer = Newcomer(
            hash=person,
            address=address,
            name=one_line(self._header.name_of(row.cells)),
            language=language,
            attributes={name: one_line(row.cells[number]) for name, number in self._further.items()},
        )
        return _Usable(row.line, Arrival(newcomer, self._proof(row)), remark)

    def _proof(self, row: Row) -> str:
        return f"{self._what.agreement.proof}; {self._what.file.name}, line {row.line}"

    def _uneven(self, row: Row) -> Sentence:
        due = len(self._header.columns)
        return sentence("it has {there} cells, the header has {due}", there=len(row.cells), due=due)


def _language(code: str) -> tuple[str, Sentence]:
    """The code of a language, and what is to be said of it; an unknown one is as good as none."""
    if not code:
        return "", NOTHING
    language = known_language(code)
    if language is None:
        return "", sentence("“{code}” is no language code; they get the main language", code=code[:40])
    return language, NOTHING


def proof_of(basis: str, *, by: str) -> str:
    """What the record of consent of an import says before file and row."""
    return f"{basis}; imported by {by}"


def summary(report: ImportReport) -> Sequence[tuple[int, Sentence]]:
    """The counts that are not 0, each with what it means."""
    said = [*((count, _SAID[fate]) for fate, count in report.counts.items()), (report.unknown_languages, _LANGUAGELESS)]
    return [(count, words) for count, words in said if count]


def lines(report: ImportReport, *, shown: bool) -> Iterable[Sentence]:
    """What was not read, and a line for each row with something to say; with ``shown`` its whole address."""
    if report.unread:
        yield sentence(
            "Only the sheet “{sheet}” was read. There are people on others, too: {others}. Put them on one, or save "
            "each as a file of its own and import them one after the other.",
            sheet=report.sheet,
            others=verbatim(", ".join(report.unread)),
        )
    for row in report.remarks:
        yield sentence(
            "line {line}: {fate}: {address}: {words}",
            line=row.line,
            fate=_SAID[row.fate],
            address=verbatim((row.address if shown else row.masked) or "–"),  # noqa: RUF001
            words=row.words,
        )


NOBODY = sentence("Below its header the file is empty: nobody was put on the list.")
NOTHING_KEPT = sentence("That was a rehearsal: nothing was kept.")

_LANGUAGELESS = sentence("with an unknown language")
_SAID = {
    RowFate.ADDED: sentence("added"),
    RowFate.CHANGED: sentence("changed"),
    RowFate.THERE: sentence("already there"),
    RowFate.SUPPRESSED: sentence("left out, must not be written to"),
    RowFate.DUPLICATE: sentence("left out, twice in the file"),
    RowFate.DEPARTED: sentence("left out, not subscribed by what the file says"),
    RowFate.BAD_ADDRESS: sentence("left out, no usable address"),
    RowFate.BAD_ROW: sentence("left out, no usable row"),
}
_WHY_NOT = {
    Why.HARD_BOUNCE: sentence("mails to it came back for good"),
    Why.COMPLAINT: sentence("a complaint came from there"),
    Why.UNSUBSCRIBED: sentence("this person has unsubscribed"),
    Why.ERASED: sentence("this person was erased at their own wish"),
    Why.STAFF: sentence("the office has ruled it out"),
}

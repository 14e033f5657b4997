"""A mailing list in a CSV file, as people save it from Excel, LibreOffice or a form.

The header names the columns ``email``, ``name`` and ``language`` in any order, or calls them as people do; only
``email`` must be there, further columns become attributes. A row that can't be used is a `Problem`, and the others
still get their mail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from publisher.channels.addresses import masked, one_line
from publisher.errors import AudienceError
from publisher.model import Place, Problem, Reader, Severity
from publisher.newsletter.cells import meant
from publisher.newsletter.columns import EMAIL, LANGUAGE, NAME, Header, header_of
from publisher.newsletter.csvfile import Row, lines_of, read_bytes, split_rows
from publisher.newsletter.departures import Departures
from publisher.newsletter.sheets import check_once
from publisher.newsletter.validity import BadAddress, known_language, normal_address
from publisher.newsletter.workbooks import is_workbook
from publisher.sentences import Sentence, sentence

_KNOWN = frozenset({EMAIL, NAME, LANGUAGE})


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list as it is read: ``readers`` come one after the other, each once, in the order of the file.

    ``problems`` are those found so far, ``columns`` the names in the header.
    """

    readers: Iterator[Reader]
    problems: list[Problem]
    columns: tuple[str, ...]

    @property
    def further(self) -> tuple[str, ...]:
        """The columns that become attributes of the readers."""
        return tuple(name for name in self.columns if name and name not in _KNOWN)


def open_list(path: Path) -> OpenList:
    """A CSV file, read as its readers are gone through.

    Problems have the codes ``bad-row``, ``bad-address``, ``duplicate-address`` and ``unknown-language``; they are
    warnings, and no whole address stands in them. Raises `AudienceError` when there is no such file or it can't be used
    as a whole, and after its last row when that was so of every one.
    """
    content = read_bytes(path)
    if is_workbook(content):
        raise AudienceError(sentence("This is a spreadsheet, and not a CSV file."), subject=str(path), remedy=_AS_CSV)
    rows = split_rows(lines_of(content, subject=str(path)))
    reading = _Reading(path, _read_header(next(rows, Row(line=1, source="")), path))
    return OpenList(_readers(reading, rows, path), reading.problems, reading.columns)


def _readers(reading: _Reading, rows: Iterator[Row], path: Path) -> Iterator[Reader]:
    nobody = True
    for row in rows:
        if (reader := reading.take(row)) is not None:
            nobody = False
            yield reader
    if nobody:
        raise _no_readers(path, reading.problems)


class _Reading:
    """What has been read of a list so far."""

    def __init__(self, path: Path, header: Header) -> None:
        self.columns = columns = header.columns
        self.problems: list[Problem] = []
        self._header = header
        self._departures = Departures(columns)
        self._file = str(path)
        self._email = columns.index(EMAIL)
        self._further = [number for number, name in enumerate(columns) if name and name not in _KNOWN]
        self._lines: dict[str, int] = {}

    def take(self, row: Row) -> Reader | None:
        """The reader in a row; None when it is a problem."""
        if row.fault or len(row.cells) != len(self.columns):
            fault = row.fault or sentence(
                "it has {there} cells, the header has {due}", there=len(row.cells), due=len(self.columns)
            )
            message = sentence("Row {line} can't be used: {fault}.", line=row.line, fault=fault)
            self._report("bad-row", row, message=message, hint=_BAD_ROW)
            return None
        cells = [meant(cell.strip()) for cell in row.cells]
        try:
            address = normal_address(cells[self._email])
        except BadAddress as error:
            self._report_bad_address(row, cells[self._email], reason=error.reason)
            return None
        first = self._lines.setdefault(address.casefold(), row.line)
        if first != row.line:
            self._report(
                "duplicate-address",
                row,
                message=sentence(
                    "{address} stands in line {line} already; it gets one mail.", address=masked(address), line=first
                ),
                hint=sentence("Delete one of the two rows."),
                cell=cells[self._email],
            )
            return None
        if gone := self._departures.told(cells):
            message = sentence("Row {line} gets no mail: {reason}.", line=row.line, reason=gone)
            self._report("bad-row", row, message=message, hint=_GONE)
            return None
        return self._reader(row, address, cells)

    def _reader(self, row: Row, address: str, cells: Sequence[str]) -> Reader:
        return Reader(
            address=address,
            name=one_line(self._header.name_of(cells)),
            language=self._language(row, self._header.cell(LANGUAGE, cells)),
            attributes=MappingProxyType({self.columns[number]: cells[number] for number in self._further}),
        )

    def _language(self, row: Row, code: str) -> str:
        language = known_language(code) if code else ""
        if language is None:
            self._report(
                "unknown-language",
                row,
                message=sentence(
                    "“{code}” is no language code; this reader gets the channel's first language.", code=code
                ),
                hint=sentence("Write two letters, such as pl, en or de, or leave the cell empty."),
                cell=code,
            )
        return language or ""

    def _report_bad_address(self, row: Row, address: str, *, reason: Sentence) -> None:
        if address:
            message = sentence("{address} is no usable address: {reason}.", address=masked(address), reason=reason)
            hint = sentence("Mend the address or delete the row.")
        else:
            message = sentence("Row {line} has no address.", line=row.line)
            hint = sentence("Add the address or delete the row.")
        self._report("bad-address", row, message=message, hint=hint, cell=address)

    def _report(self, code: str, row: Row, *, message: Sentence, hint: Sentence, cell: str = "") -> None:
        begin = row.source.find(cell) + 1 if cell in row.source else 1
        end = begin + len(cell or row.source)
        place = Place(self._file, row.line, begin, row.line, end)
        self.problems.append(Problem(code=code, severity=Severity.WARNING, message=message, hint=hint, place=place))


_AS_CSV = sentence("Save it anew as “CSV UTF-8”; or put its people on a list:  publisher lists import LIST FILE")
_BAD_ROW = sentence("Compare it with the header; a cell with the delimiter in it needs quotes around it.")
_GONE = sentence("Whoever left there gets no mail here; if it means something else, rename the column.")


def _read_header(row: Row, path: Path) -> Header:
    names = [one_line(meant(cell.strip())) for cell in row.cells]
    header = header_of(names)
    if EMAIL not in header.columns:
        found = ", ".join(f"“{name}”" for name in names if "@" not in name) or sentence("none")
        raise AudienceError(
            sentence("No column is named “email” (line {line}; found: {found}).", line=row.line, found=found),
            subject=str(path),
            remedy=sentence("Begin the list with a line such as: email,name,language"),
        )
    check_once(header, subject=str(path))
    return header


def _no_readers(path: Path, problems: Sequence[Problem]) -> AudienceError:
    if not problems:
        return AudienceError(
            sentence("The list has a header and no readers."),
            subject=str(path),
            remedy=sentence("Add readers below it."),
        )
    first = problems[0]
    return AudienceError(
        sentence(
            "None of the rows of this list can be used. The first (line {line}): {message}",
            line=first.place.line,
            message=first.message,
        ),
        subject=str(path),
        remedy=first.hint,
    )

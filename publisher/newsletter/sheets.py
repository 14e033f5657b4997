"""A list of people as a table in a file, whether CSV or a spreadsheet: its columns, and its rows as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from publisher.channels.addresses import one_line
from publisher.errors import AudienceError
from publisher.newsletter.cells import meant
from publisher.newsletter.columns import EMAIL, Header, header_of
from publisher.newsletter.csvfile import Row, lines_of, read_bytes, split_rows
from publisher.newsletter.workbooks import PeopleTable, check_ending, is_workbook, people_in
from publisher.schedulefile import names
from publisher.sentences import Sentence, sentence, verbatim

_MOST_ABOVE = 20  # lines that may stand above the names of the columns; who has more will find them


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of people. The cells of a row belong to the columns of ``header`` in this order."""

    header: Header
    rows: Iterator[Row]
    name: str = ""  #: of the sheet in a spreadsheet
    others: tuple[str, ...] = ()  #: sheets on which there are people, too, and which are not read


def read_sheet(file: Path) -> Sheet:
    """The table in a file. Raises `AudienceError` for what is none, and when no column holds addresses."""
    found = _found(file)
    first = next(found.rows, None)
    if first is None:
        raise AudienceError(
            sentence("The list is empty."),
            subject=str(file),
            remedy=sentence("Begin it with the line: email,name,language"),
        )
    header = _header(first.cells)
    if EMAIL not in header.columns:
        message, remedy = sentence("No column is named “email”."), _mend(header.columns, found.rows)
        raise AudienceError(message, subject=str(file), remedy=remedy)
    check_once(header, subject=str(file))
    return Sheet(header, (_plain(row) for row in found.rows), found.sheet, found.others)


def check_once(header: Header, *, subject: str) -> None:
    """Raises `AudienceError` when two columns have one name."""
    twice = sorted({name for name in header.columns if name and header.columns.count(name) > 1})
    if twice:
        raise AudienceError(
            sentence("The column “{name}” is there twice.", name=twice[0]),
            subject=subject,
            remedy=sentence("Rename or delete one of the two."),
        )


def _found(file: Path) -> PeopleTable:
    content = read_bytes(file)
    check_ending(file, content)
    if is_workbook(content):
        return people_in(file, content, is_header=lambda cells: EMAIL in _header(cells).columns)
    return PeopleTable(split_rows(lines_of(content, subject=str(file))))


def _plain(row: Row) -> Row:
    return replace(row, cells=tuple(meant(cell.strip()) for cell in row.cells))


def _header(cells: Sequence[str]) -> Header:
    return header_of([one_line(meant(cell.strip())) for cell in cells])


def _mend(found: Sequence[str], rows: Iterator[Row]) -> Sentence:
    if any("@" in name for name in found):
        return sentence("Put a line with the names of the columns above it: email,name,language")
    below = next((row.line for row in islice(rows, _MOST_ABOVE) if EMAIL in _header(row.cells).columns), 0)
    if below:
        return sentence("The names of the columns stand in line {line}: delete what is above it.", line=below)
    near = next((name for name in found if names.meant(name, [EMAIL])), "")
    if near:
        return sentence("Did you mean “{near}”? Call it: email", near=near)
    return sentence("There are: {all}", all=verbatim(", ".join(name for name in found if name) or "–"))  # noqa: RUF001

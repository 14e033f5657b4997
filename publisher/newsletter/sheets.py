"""A list of people as a table in a file, whether CSV or a spreadsheet: its columns, and its rows as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.channels.addresses import one_line
from publisher.errors import AudienceError
from publisher.newsletter.cells import Cell, as_text, meant
from publisher.newsletter.csvfile import Row, read_lines, split_rows
from publisher.schedulefile import names
from publisher.sentences import sentence, verbatim

EMAIL, NAME, LANGUAGE = "email", "name", "language"
_SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_CALLED = {
    EMAIL: ("e-mail", "mail", "e-mail address", "email address", "address", "adres", "adres e-mail", "adres email"),
    NAME: ("full name", "imię i nazwisko", "nazwa", "nombre", "nom", "nimi", "vorname nachname"),
    LANGUAGE: ("lang", "język", "jezyk", "idioma", "langue", "sprache", "kieli", "llengua"),
}
"""What people and other programs call the columns that we know."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of people. The cells of a row belong to ``columns`` in this order; some may have no name."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_sheet(file: Path) -> Sheet:
    """The table in a file. Raises `AudienceError` for what is none, and when no column holds addresses."""
    rows = _of_spreadsheet(file) if file.suffix.lower() in _SPREADSHEETS else split_rows(read_lines(file))
    header = next(rows, None)
    if header is None:
        raise AudienceError(
            sentence("The list is empty."),
            subject=str(file),
            remedy=sentence("Begin it with the line: email,name,language"),
        )
    return Sheet(_columns(header.cells, file), (_plain(row) for row in rows))


def _plain(row: Row) -> Row:
    return replace(row, cells=tuple(meant(cell.strip()) for cell in row.cells))


def _of_spreadsheet(file: Path) -> Iterator[Row]:
    """The first sheet in which something stands."""
    from python_calamine import CalamineError, load_workbook

    if not file.is_file():
        read_lines(file)  # says what is the matter
    try:
        book = load_workbook(str(file))
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        first = next((sheet for sheet in sheets if sheet.height), None)
    except (CalamineError, OSError):  # their words tell of bytes and archives
        raise AudienceError(
            sentence("The spreadsheet can't be read."),
            subject=str(file),
            remedy=sentence("Open it, and save it anew as XLSX without a password, or as “CSV UTF-8”."),
        ) from None
    return iter(()) if first is None else _rows(first.to_python(skip_empty_area=False))


def _rows(table: Iterable[Sequence[Cell]]) -> Iterator[Row]:
    for number, cells in enumerate(table, start=1):
        texts = tuple(as_text(cell) for cell in cells)
        if any(text.strip() for text in texts):
            yield Row(number, "", texts)


def _columns(cells: Sequence[str], file: Path) -> tuple[str, ...]:
    found = called([one_line(meant(cell.strip())) for cell in cells])
    if EMAIL not in found:
        raise AudienceError(
            sentence("No column is named “email”."),
            subject=str(file),
            remedy=_mend(found),
        )
    twice = sorted({name for name in found if name and found.count(name) > 1})
    if twice:
        raise AudienceError(
            sentence("The column “{name}” is there twice.", name=twice[0]),
            subject=str(file),
            remedy=sentence("Rename or delete one of the two."),
        )
    return found


def _mend(found: Sequence[str]) -> str:
    if any("@" in name for name in found):
        return sentence("Put a line with the names of the columns above it: email,name,language")
    near = next((name for name in found if names.meant(name, [EMAIL])), "")
    if near:
        return sentence("Did you mean “{near}”? Call it: email", near=near)
    return sentence("There are: {all}", all=verbatim(", ".join(name for name in found if name) or "–"))  # noqa: RUF001


def called(headers: Sequence[str]) -> tuple[str, ...]:
    """Our names of the columns that we know, and the headers of the others.

    What people call otherwise is taken for one of ours where none has our name: beside ``email``, ``Adres`` is where
    somebody lives.
    """
    small = [_small(header) for header in headers]
    found = list(headers)
    for name, others in _CALLED.items():
        places = [place for place, header in enumerate(small) if header == name]
        places = places or [small.index(other) for other in others if other in small][:1]
        for place in places:
            found[place] = name
    return tuple(found)


def is_known(header: str) -> bool:
    """Whether we know a column by this header, or by our own name."""
    return any(_small(header) in (name, *others) for name, others in _CALLED.items())


def _small(header: str) -> str:
    return header.casefold().replace("_", " ")

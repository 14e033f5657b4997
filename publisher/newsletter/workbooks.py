"""A table of people in a spreadsheet: which of its sheets, and its cells as text."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import AudienceError
from publisher.newsletter.cells import Cell, as_text
from publisher.newsletter.csvfile import Row
from publisher.sentences import Sentence, sentence

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLSX and ODS; XLS, and all with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Office puts them; [MS-OFFCRYPTO] 2.3.4.4
_SAVE_ANEW = sentence("Open it, and save it anew as XLSX without a password, or as “CSV UTF-8”.")


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """The rows of one sheet, the header first, and the names of others on which there are people, too."""

    rows: Iterator[Row]
    sheet: str = ""
    others: tuple[str, ...] = ()


def is_workbook(content: bytes) -> bool:
    """Whether it is one by what is in it; its name may say something else."""
    return content.startswith((_ZIP, _COMPOUND))


def check_ending(file: Path, content: bytes) -> None:
    """Raises `AudienceError` when a file is called like a spreadsheet and is none."""
    if file.suffix.lower() not in ENDINGS or is_workbook(content):
        return
    begin = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    reason, remedy = sentence("something else is in it"), _SAVE_ANEW
    if not begin:
        reason = sentence("the file is empty")
    elif begin == b"<":
        reason = sentence("by what is in it, it is a web page")
    elif b"\0" not in content:
        reason = sentence("by what is in it, it is a text file")
        remedy = sentence("If it is a table in CSV, call it: {name}", name=file.with_suffix(".csv").name)
    raise _unreadable(file, reason, remedy=remedy)


def people_in(file: Path, content: bytes, *, is_header: Callable[[Sequence[str]], bool]) -> PeopleTable:
    """The first sheet that people see and that has a header, else the first with anything. Raises `AudienceError`."""
    from python_calamine import CalamineError, load_workbook

    if content.startswith(_COMPOUND) and _ENCRYPTED in content:
        raise _unreadable(file, sentence("it is locked with a password"), remedy=_SAVE_ANEW)
    try:
        book = load_workbook(io.BytesIO(content))
        tables = [(name, _rows(sheet)) for name, sheet in _shown(book)]
    except (CalamineError, OSError):  # their words tell of bytes and archives
        raise _unreadable(file, sentence("it is damaged, or of another kind"), remedy=_SAVE_ANEW) from None
    begun = [(name, first, rows) for name, rows in tables if (first := next(rows, None)) is not None]
    named = [name for name, first, _ in begun if is_header(first.cells)]
    chosen = next((one for one in begun if one[0] in named[:1]), begun[0] if begun else None)
    if chosen is None:
        return PeopleTable(iter(()))
    name, first, rows = chosen
    return PeopleTable(chain([first], rows), name, tuple(named[1:]))


def _shown(book: CalamineWorkbook) -> Iterator[tuple[str, CalamineSheet]]:
    """The sheets that people see: what they hid is what they don't mean."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    for one in [one for one in tables if one.visible == SheetVisibleEnum.Visible] or tables:
        yield one.name, book.get_sheet_by_name(one.name)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    merged = _merged(sheet)
    kept: dict[tuple[int, int], Cell] = {}
    for number, cells in enumerate(sheet.iter_rows()):
        whole: list[Cell] = list(cells)
        for place, first in merged.get(number, ()):
            kept.setdefault(first, whole[place])
            whole[place] = kept[first]
        texts = tuple(as_text(cell) for cell in whole)
        if any(text.strip() for text in texts):
            yield Row(number + 1, "", texts)


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """By row, the cells that people merged downwards, each with the first of its range: it holds for all of them."""
    found: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    left = (sheet.start or (0, 0))[1]
    for (top, column), (bottom, last) in sheet.merged_cell_ranges or []:
        for row in range(top, bottom + 1) if top != bottom and column == last else ():
            found.setdefault(row, []).append((column - left, (top, column)))
    return found


def _unreadable(file: Path, reason: Sentence, *, remedy: Sentence) -> AudienceError:
    return AudienceError(
        sentence("The spreadsheet can't be read: {reason}.", reason=reason), subject=str(file), remedy=remedy
    )

"""A list as a file that spreadsheet programs open, and that can be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import MailList
from publisher.newsletter.cells import harmless
from publisher.newsletter.columns import EMAIL, LANGUAGE, NAME


def rows_of(ledger: Ledger, what: MailList) -> Iterator[tuple[str, ...]]:
    """The header, then a row for each person on the list; no cell is a formula."""
    columns = [name for name in what.columns if name]
    yield tuple(harmless(name) for name in (EMAIL, NAME, LANGUAGE, *columns))
    for member in ledger.members.of([what.name]):
        further = (member.attributes.get(name, "") for name in columns)
        yield tuple(harmless(cell) for cell in (member.address, member.name, member.language, *further))


def write_csv(rows: Iterable[Sequence[str]], to: BinaryIO) -> None:
    """UTF-8 with a byte order mark, so that Excel takes it for what it is; lines end as RFC 4180 section 2 asks."""
    text = io.TextIOWrapper(to, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows(rows)
    text.detach()


def write_xlsx(rows: Iterable[Sequence[str]], to: BinaryIO) -> None:
    """A workbook with one sheet; every cell is a text, whatever it looks like."""
    from xlsxwriter import Workbook

    plain = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(to, plain) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)

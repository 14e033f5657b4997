"""A CSV file as rows: encoding, delimiter, quotes and line ends as programs write them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import AudienceError
from publisher.newsletter.encodings import likely_encoding, other_unicode
from publisher.sentences import NOTHING, Sentence, sentence, verbatim

SAVE_AS_UTF8 = sentence("Save it anew as “CSV UTF-8” (in Excel: File → Save As; in LibreOffice: character set UTF-8).")
_LINE_END = re.compile(r"\r\n|\r|\n")
_DELIMITERS = ",;\t"
_MOST_LINES_IN_A_CELL = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row and where it stands. ``fault`` says why it has no usable cells; ``line`` counts from 1."""

    line: int
    source: str  #: the line as it is in the file, the first if there are several
    cells: Sequence[str] = ()
    fault: Sentence = NOTHING


def lines_of(raw: bytes, *, subject: str) -> list[str]:
    """The lines of a text in UTF-8. Raises `AudienceError` with the encoding that it is in instead."""
    if (unicode := other_unicode(raw)) is not None:
        message = sentence("The list is in {encoding}, not in UTF-8.", encoding=unicode)
        raise AudienceError(message, subject=subject, remedy=SAVE_AS_UTF8)
    if raw[:400].count(0) > len(raw[:400]) // 4:
        raise AudienceError(sentence("This is no text file."), subject=subject, remedy=SAVE_AS_UTF8)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, from_there = raw.count(b"\n", 0, error.start) + 1, raw[raw.rfind(b"\n", 0, error.start) + 1 :]
        raise AudienceError(
            sentence("The list is not in UTF-8 (line {line}); {guess}.", line=line, guess=_likely(from_there)),
            subject=subject,
            remedy=SAVE_AS_UTF8,
        ) from None
    if not text.strip():
        raise AudienceError(
            sentence("The list is empty."),
            subject=subject,
            remedy=sentence("Begin it with the line: email,name,language"),
        )
    return _LINE_END.split(text)


def split_rows(lines: Sequence[str]) -> Iterator[Row]:
    """The rows, the header first; empty ones are left out. The delimiter is the header's most frequent of , ; and tab.

    A quote that is never closed would swallow the rest of the file: a cell may go over 20 lines, and if it does not
    end within them, only the row with the quote is lost.
    """
    first = 1 if lines[0].lower().startswith("sep=") else 0  # how Excel notes its delimiter
    begin = next((number for number in range(first, len(lines)) if lines[number].strip()), len(lines))
    if begin == len(lines):
        return
    delimiter = max(_DELIMITERS, key=lines[begin].count)
    number = begin
    while number < len(lines):
        row, taken = _row_at(lines, number, delimiter)
        if row.fault or any(cell.strip() for cell in row.cells):
            yield row
        number += taken


def _row_at(lines: Sequence[str], number: int, delimiter: str) -> tuple[Row, int]:
    """The row that begins with a line, and how many lines it has."""
    source = lines[number]
    if "\0" in source:
        return Row(number + 1, source, fault=sentence("it holds a null byte")), 1
    for taken in range(1, _MOST_LINES_IN_A_CELL + 1):
        if number + taken > len(lines):
            break
        try:
            cells = next(csv.reader(_with_ends(lines[number : number + taken]), delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            if "end of data" in str(error):
                continue
            return Row(number + 1, source, fault=sentence("its quotes are wrong")), 1
        return Row(number + 1, source, cells), taken
    return Row(number + 1, source, fault=sentence("a quote is opened and not closed")), 1


def _with_ends(lines: Sequence[str]) -> list[str]:
    return [f"{line}\n" for line in lines]


def read_bytes(path: Path) -> bytes:
    """What is in a file. Raises `AudienceError`, with what to do."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise AudienceError(
            sentence("There is no such file."),
            subject=str(path),
            remedy=sentence("Check the name, or put the file there."),
        ) from None
    except IsADirectoryError:
        raise AudienceError(
            sentence("This is a folder, not a list."), subject=str(path), remedy=sentence("Name the CSV file.")
        ) from None
    except PermissionError:
        raise AudienceError(
            sentence("The list may not be read."),
            subject=str(path),
            remedy=sentence("Give the publisher's user the right to read it."),
        ) from None
    except OSError as error:
        raise AudienceError(
            sentence("The list can't be read."), subject=str(path), remedy=sentence("Check the disk.")
        ) from error


def _likely(raw: bytes) -> Sentence:
    found = likely_encoding(raw)
    if not found or b"\0" in raw:
        return sentence("it may be no text file at all")
    return sentence("it looks like {encoding}", encoding=verbatim(found))

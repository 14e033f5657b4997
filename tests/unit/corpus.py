"""The corpus of bad files in ``tests/corpus``: what people get wrong, and all that ``check`` has to say about it.

A case is a table ``[[case]]`` of a TOML file:

``what``       what went wrong, in a few words
``text``       the lines with the mistake; a sound rest of a file is appended, unless the case stands ``alone``
``problems``   all problems, each as ``line:column code``
``fixed``      the lines that ``fix`` changes, by their number; every other line stays as it is
``encoding``, ``line_break``, ``hex``   other bytes than those of the text in UTF-8
``fixed_encoding``   when ``fix`` changes the encoding
``secret``     what must not be shown
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "corpus"

REST = """\
version: 1
project: { name: Next2Met, contact: { name: Biuro, email: biuro@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [pl, en], missing_translation: use pl }
channels:
  twitter: { languages: [pl] }
  news: { type: email, audience: readers }
audiences:
  readers: { list: readers.csv, basis: consent }
cadences:
  conference:
    - { send: 1 week before at 10:00, template: invitation, to: [twitter] }
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One bad file, what is wrong with it, and what ``fix`` makes of it."""

    file: str
    what: str
    text: str
    problems: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    encoding: str = "utf-8"
    fixed_encoding: str = ""
    line_break: str = "\n"
    hex: str = ""
    secret: str = ""

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return bytes.fromhex(self.hex) if self.hex else self._bytes(self._lines, self.encoding)

    @property
    def mended(self) -> bytes:
        """The bytes that ``fix`` leaves behind."""
        if self.hex:
            return self.content
        lines = [self.fixed.get(str(number), line) for number, line in enumerate(self._lines, 1)]
        return self._bytes(lines, self.fixed_encoding or self.encoding)

    @property
    def _lines(self) -> list[str]:
        return (self.text + ("" if self.alone else REST)).split("\n")

    def _bytes(self, lines: list[str], encoding: str) -> bytes:
        return self.line_break.join(lines).encode(encoding)

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def cases() -> list[Case]:
    """All of them, in the order of the files."""
    tables = [
        (path.stem, table)
        for path in sorted(FOLDER.glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]
    return [Case(file=name, **{**table, "problems": tuple(table.get("problems", ()))}) for name, table in tables]


CASE_TEXTS = [case.content.decode() for case in cases() if case.encoding == "utf-8" and not case.hex]
"""The files of the corpus as texts."""

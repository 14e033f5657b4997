"""What stands in the cells of tables that people open in a spreadsheet program.

A cell that begins like a formula is one to Excel and LibreOffice, whoever wrote it: a name such as ``=HYPERLINK(…)``,
typed into a sign-up form, would act on the computer of whoever opens the list (OWASP, "CSV Injection"). An apostrophe
before it keeps it a text; it is taken away again when the table is read.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | float | bool | date | time | datetime | timedelta | None
"""What a spreadsheet holds."""

_BEGIN = r"(^|;[ ]*)"  # where Excel's delimiter is the semicolon, a cell begins behind one in our text, too
_ACTING = r"('*[=+\-@\t\r\n＝＋－＠])"  # noqa: RUF001  wide signs act, too
_FORMULA = re.compile(_BEGIN + _ACTING)
_SPARED = re.compile(f"{_BEGIN}'{_ACTING}")


def harmless(text: str) -> str:
    """The text as it may stand in a cell."""
    return _FORMULA.sub(r"\1'\2", text)


def meant(text: str) -> str:
    """The text that `harmless` made a cell of."""
    return _SPARED.sub(r"\1\2", text) if "'" in text else text


def as_text(cell: Cell) -> str:
    """A cell of a spreadsheet as people see it: whole numbers without a point, days as 2027-01-31."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)

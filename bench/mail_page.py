"""Put the results of `make bench-mail` and `make bench-mail-kills` into the page that quotes them.

    python bench/mail_page.py

Each block of the page that begins with ``machine:`` and names its command becomes the file of that command.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mail-speed.md"

#: Rows of the page's table: the row of the results whose number stands there, and which number of that row.
MEASURED = {
    "speed without DKIM, as a part of smtp-source's": ("ours, without DKIM", 1),
    "the same signed with RSA-2048": ("ours, signed with RSA-2048", 1),
    "the same signed with Ed25519": ("ours, signed with Ed25519", 1),
    "mails/s into a server that is no limit, 100,000 readers": ("100,000 readers", 0),
    "the same with a second process": ("100,000 readers, two processes", 0),
    "mails/s with round trips of 30 ms": ("ours, far away", 0),
    "cost of a mail at 10,000, 100,000 and 1,000,000 readers, % apart": ("these costs are apart by, in %", 0),
    "memory of all processes, MB, 1,000,000 readers": ("1,000,000 readers", 3),
    "memory of a helper, MB, signed with RSA-2048": ("10,000 readers, ours, signed with RSA-2048", 2),
    "memory of all processes, MB, signed with RSA-2048": ("10,000 readers, ours, signed with RSA-2048", 3),
}

_BLOCK = re.compile(r"(?<=```text\n)machine: .*?command: make bench-(\S+).*?(?=```)", re.DOTALL)


def main() -> int:
    """Write the page; gives the exit code."""
    PAGE.write_text(quoted(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def quoted(page: str) -> str:
    """The page with the results as they are now."""
    rows = {cells[0]: cells[1:] for line in results("mail").splitlines() if (cells := re.split(r"\s{2,}", line))}
    for words, (name, place) in MEASURED.items():
        page = re.sub(rf"(?<=\| {re.escape(words)} \|)([^|\n]*\|).*", rf"\1 **{rows[name][place]}** |", page)
    return _BLOCK.sub(lambda found: results(found[1]), page)


def results(bench: str) -> str:
    """What the last run of a bench found."""
    return (ROOT / "bench" / "results" / f"{bench}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""Pages quote what the benches found."""

from __future__ import annotations

import re
from pathlib import Path

from mail_page import MEASURED, PAGE, quoted

ROOT = Path(__file__).parents[2]


def test_the_page_about_speed_quotes_the_last_run_of_each_bench() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == quoted(page), "run: python bench/mail_page.py"


def test_the_table_has_a_measured_figure_in_every_row() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for words in MEASURED:
        assert re.search(rf"^\| {re.escape(words)} \| [\d.,]+ \| \*\*[\d.,]+\*\* \|$", page, re.MULTILINE), words


def test_the_page_about_bounces_quotes_the_last_run_of_its_bench() -> None:
    found = (ROOT / "bench" / "results" / "bounces.txt").read_text(encoding="utf-8")
    page = " ".join((ROOT / "docs" / "bounces.md").read_text(encoding="utf-8").split())
    for name, words in {
        "address found": "{hits} of {of} bounces",
        "hard found": "{hits} of {of} hard ones ({share}%)",
        "falsely hard": "{hits} of {of} others ({share}%)",
        "complaints": "{hits} of {of} complaints",
        "automatic answers": "{hits} of {of} automatic answers",
    }.items():
        row = re.search(rf"^{name} +(?P<hits>\d+) of +(?P<of>\d+) +(?P<share>[\d.]+)%$", found, re.MULTILINE)
        assert row is not None
        assert words.format(**row.groupdict()).replace("%", " %") in page


def test_commands_of_the_benches_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in re.findall(r"`make (bench-[a-z-]+)`", PAGE.read_text(encoding="utf-8")):
        assert f"\n{name}:" in makefile

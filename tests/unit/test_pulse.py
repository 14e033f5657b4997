"""An old ledger is told from the one that was in use last by what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.ledger.pulse import Mark, read_mark, suspicion, write_mark


@pytest.mark.parametrize(
    ("ledger", "beside", "why"),
    [
        (Mark("a", 7), Mark("a", 7), ""),
        (Mark("a", 8), Mark("a", 7), ""),  # it stopped before it wrote the file
        (Mark("a", 0), None, ""),  # new
        (Mark("a", 6), Mark("a", 7), "an older state"),
        (Mark("b", 9), Mark("a", 7), "another ledger"),
        (Mark("b", 0), Mark("a", 7), "another ledger"),  # somebody took the ledger away
        (Mark("a", 7), None, "is gone"),
        (Mark("copy of a", 7), Mark("a", 7), "a backup"),
        (Mark("copy of a", 7), None, "a backup"),
    ],
)
def test_a_ledger_is_suspected_unless_it_is_the_one_of_last_time(ledger: Mark, beside: Mark | None, why: str) -> None:
    found = suspicion(ledger, beside)
    assert (why in found, bool(found)) == (True, bool(why))


def test_a_mark_comes_back_as_it_was_and_belongs_to_its_owner_only(tmp_path: Path) -> None:
    write_mark(tmp_path / "pulse", Mark("a", 7))
    write_mark(tmp_path / "pulse", Mark("copy of a", 8))
    assert read_mark(tmp_path / "pulse") == Mark("copy of a", 8)
    assert (tmp_path / "pulse").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pulse"]


@pytest.mark.parametrize("content", ["", "a", "a b", "\x00\xff"])
def test_what_cant_be_read_counts_as_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "pulse").write_text(content, encoding="latin-1")
    assert read_mark(tmp_path / "pulse") is None

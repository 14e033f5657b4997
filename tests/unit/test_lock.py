"""One daemon for each ledger."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from publisher.errors import AlreadyRunning, LedgerError
from publisher.lock import only_one


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock"), pytest.raises(AlreadyRunning) as caught, only_one(tmp_path / "lock"):
        pass
    assert re.search(rf"process {os.getpid()} on \S+ since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC", str(caught.value))
    assert "--database" in caught.value.remedy


def test_it_is_free_again_afterwards_even_after_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), only_one(tmp_path / "lock"):
        raise ZeroDivisionError
    with only_one(tmp_path / "lock"):
        pass


def test_a_name_that_a_dead_holder_left_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("process 1 on a computer with a very long name\n")
    with only_one(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text().startswith(f"process {os.getpid()} on ")
        assert "a very long name" not in (tmp_path / "lock").read_text()


def test_different_ledgers_have_different_locks(tmp_path: Path) -> None:
    with only_one(tmp_path / "one.lock"), only_one(tmp_path / "deeper" / "two.lock"):
        assert (tmp_path / "deeper" / "two.lock").is_file()


def test_a_lock_that_cant_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="the lock file can't be written"), only_one(tmp_path / "file" / "lock"):
        pass

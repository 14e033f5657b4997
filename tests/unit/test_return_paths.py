"""Return paths that tell whose mail came back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.newsletter import returnpath
from publisher.newsletter.keys import ListKey

KEY = ListKey(b"k" * 32)
ROWS = st.integers(0, 2**63 - 1)


@given(ROWS)
def test_what_is_made_is_read_again_in_any_case(row: int) -> None:
    address = returnpath.address("bounces@example.org", row, key=KEY)
    local, _, domain = address.rpartition("@")
    assert domain == "example.org"
    assert len(local) <= 64
    assert {returnpath.read(local, key=KEY), returnpath.read(local.upper(), key=KEY)} == {row}


@given(ROWS)
def test_another_installation_reads_nothing_in_it(row: int) -> None:
    assert returnpath.read(f"bounces+{returnpath.make(row, key=KEY)}", key=ListKey(b"x" * 32)) is None


@given(ROWS, st.integers(0, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567-+"))
def test_a_changed_one_is_nobodys(row: int, place: int, letter: str) -> None:
    whole = returnpath.make(row, key=KEY)
    place %= len(whole)
    changed = whole[:place] + letter + whole[place + 1 :]
    read = returnpath.read(f"bounces+{changed}", key=KEY)
    assert read == (row if changed == whole else None)


@pytest.mark.parametrize("local", ["", "bounces", "bounces+", "bounces+1-aaaaaaaa", "office", "1-", "+-", "ü-aaaaaaaa"])
def test_any_other_address_is_nobodys(local: str) -> None:
    assert returnpath.read(local, key=KEY) is None


def test_a_mailbox_with_a_long_name_is_told() -> None:
    assert returnpath.address(f"{'b' * 41}@example.org", 2**63, key=KEY)
    with pytest.raises(ValueError, match="may have 41 characters"):
        returnpath.address(f"{'b' * 50}@example.org", 2**63, key=KEY)

"""Every fault of the sandbox on every channel: nothing is lost in silence or out twice, and docs/faults.md tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_table import CHANNELS, cases, head_of, page_without_rows, played

from publisher.sandbox.faults import Fault

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("channel", "fault"), cases())
def test_every_fault_has_its_state_and_its_words(tmp_path: Path, channel: str, fault: Fault) -> None:
    course = played(tmp_path, channel, fault)
    assert max(course.out) <= 1
    assert course.at_once in {"sent", "retry_wait", "failed", "unknown"}
    assert course.in_the_end in {"sent", "failed", "needs_human", "expired"}
    if channel != "news":
        assert course.out == (int(course.in_the_end == "sent"),)
    assert course.words in {words for _, words in course.log}
    assert course.in_the_end == "sent" or course.last_words
    assert course.row in PAGE.partition(head_of(channel))[2].splitlines(), "run: make docs"


def test_the_page_has_a_row_for_every_fault_of_every_channel_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [fault for _, fault in cases()]
    assert "".join(line for line in PAGE.splitlines(keepends=True) if line not in {f"{row}\n" for row in rows}) == (
        page_without_rows()
    ), "run: make docs"
    assert len(CHANNELS) == PAGE.count("## ")

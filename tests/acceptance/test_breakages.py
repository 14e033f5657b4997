"""The file is broken at random under a running daemon; the long form is `make bench-breakages`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from breakages import trial

from publisher.clock import SystemClock
from publisher.sandbox import Sandbox


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_random_breakages_change_no_plan_and_everything_goes_out_once(tmp_path: Path) -> None:
    with Sandbox(clock=SystemClock()) as sandbox:
        found = trial(tmp_path, sandbox, times=12, seed=time.time_ns() % 10**6)
    assert (found.changed, found.wrong) == ([], [])
    assert (len(found.named), len(found.mended)) == (12, 12)
    assert found.due >= 20  # what was due at the start; with every minute more

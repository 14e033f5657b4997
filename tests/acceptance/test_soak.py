"""Faults, edits and restarts while simulated weeks pass; the long form is `make bench-soak`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from soak import soak


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_plan_ledger_and_sandbox_agree_after_weeks_of_faults_edits_and_restarts(tmp_path: Path) -> None:
    seed = time.time_ns() % 10**6
    found = soak(tmp_path, days=21, seed=seed)
    assert found.wrong == [], f"with seed {seed}"
    assert found.states["sent"] >= 10

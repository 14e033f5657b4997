"""Faults, edits and restarts while simulated weeks pass; the long form is `make bench-soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from soak import soak

SEED = 998794  # with it the file breaks together with an edit; others are tried by `make bench-soak`


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_plan_ledger_and_sandbox_agree_after_weeks_of_faults_edits_and_restarts(tmp_path: Path) -> None:
    found = soak(tmp_path, days=21, seed=SEED)
    assert found.wrong == []
    assert found.states["sent"] >= 10

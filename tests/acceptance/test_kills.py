"""The daemon is killed at random while it sends and platforms fail; the long form is `make bench-faults`."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from faults import command
from killing import Office

from publisher.clock import SystemClock
from publisher.sandbox import Sandbox


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_random_kills_lose_nothing_and_post_nothing_twice(tmp_path: Path) -> None:
    seed = time.time_ns() % 10**6
    chance = random.Random(seed)  # noqa: S311  nothing is secret here
    with Sandbox(clock=SystemClock(), slow_seconds=0.1) as sandbox:
        found = Office(tmp_path / "office", sandbox, chance, start=command).trial(kills=12, posts=6)
    assert found.wrong == [], f"with seed {seed}"
    assert (found.kills, found.deliveries, found.mails) == (12, 18, 12)

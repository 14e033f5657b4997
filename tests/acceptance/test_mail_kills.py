"""The daemon is killed at random in the middle of a mailing; the long form is `make bench-mail-kills`."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from faults import command
from mail_keys import ED25519
from mail_killing import MOST, Trial
from mail_ours import office
from sinks import own_sink

KILLS, MAILS = 5, 1500


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("keys", [{}, ED25519 | {"PROCESSES": "2"}], ids=["unsigned", "signed"])
def test_random_kills_lose_no_reader_and_write_to_nobody_twice(tmp_path: Path, keys: dict[str, str]) -> None:
    seed = time.time_ns() % 10**6
    chance = random.Random(seed)  # noqa: S311  nothing is secret here
    record = tmp_path / "record"
    with office(MAILS + MOST * KILLS, on_unknown="ask") as folder, own_sink(record) as (port, counters):
        trial = Trial(folder, port, counters, record=record, chance=chance, start=command, keys=keys)
        found = trial.run(kills=KILLS, mails=MAILS)
    assert found.wrong == [], f"with seed {seed}"
    assert found.states.total() == found.readers == MAILS + MOST * KILLS
    assert found.mails >= found.states["sent"] > 0
    assert max(found.uncertain) <= MOST

"""A start on the very files of last time takes the plan as it stands in the ledger; anything else plans anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.inforce import REFRESH

DAY = timedelta(days=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        made.write(post("one", at=DUE + 20 * DAY), post("two", at=DUE + 20 * DAY))
        made.at(START)
        made.end()
        yield made


def forget_one(stage: Scene) -> None:
    """Whoever plans anew puts it back."""
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries WHERE source_id = 'one'")


def has_planned_anew(stage: Scene) -> bool:
    return any(row.source_id == "one" for row in stage.ledger.deliveries.all())


def test_the_same_files_are_not_planned_anew_and_what_is_due_goes_out(stage: Scene) -> None:
    forget_one(stage)
    stage.restart()
    stage.at(START + timedelta(minutes=1))
    assert not has_planned_anew(stage)
    stage.at(DUE + 6 * DAY)
    assert not has_planned_anew(stage)
    stage.restart()
    stage.at(DUE + 20 * DAY)
    assert stage.state("two", "twitter") == "sent"


@pytest.mark.parametrize("name", ["schedules.yaml", "readers.csv"])
def test_a_file_that_was_touched_meanwhile_is_planned_anew(stage: Scene, name: str) -> None:
    forget_one(stage)
    os.utime(stage.folder / name, (1, 1))
    stage.restart()
    stage.at(START + timedelta(minutes=1))
    assert has_planned_anew(stage)


def test_templates_that_were_added_meanwhile_are_planned_anew(stage: Scene) -> None:
    forget_one(stage)
    (stage.folder / "templates" / "post").mkdir(parents=True)
    (stage.folder / "templates" / "post" / "social.en.j2").write_text("{{ text }}", encoding="utf-8")
    stage.restart()
    stage.at(START + timedelta(minutes=1))
    assert has_planned_anew(stage)


def test_an_old_plan_is_made_anew(stage: Scene) -> None:
    forget_one(stage)
    stage.clock.advance_to(START + REFRESH)
    stage.restart()
    stage.at(START + REFRESH)
    assert has_planned_anew(stage)


def test_a_file_with_errors_is_looked_at_again_at_every_start(stage: Scene) -> None:
    stage.write(post("one", at=DUE + 20 * DAY), "  - nonsense\n")
    for _ in range(2):
        stage.restart()
        stage.at(START + timedelta(minutes=1))
        forget_one(stage)
    stage.restart()
    stage.at(START + timedelta(minutes=2))
    assert has_planned_anew(stage)

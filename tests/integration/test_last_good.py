"""A start with a file of which nothing can be used: what was in force last goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.alerts import AlertKind
from publisher.errors import ScheduleUnreadable
from publisher.inforce import REFRESH

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        (tmp_path / "templates" / "post").mkdir(parents=True)
        write_words(set_up, "Good words: {{ post.text }}")
        set_up.write(post("one", to=["twitter"]))
        set_up.at(START)
        set_up.end()
        yield set_up


def write_words(stage: Scene, words: str) -> None:
    (stage.folder / "templates" / "post" / "social.j2").write_text(f"{words}\n", encoding="utf-8")


def texts(stage: Scene) -> list[str]:
    return [one.text for one in stage.sandbox.posted("twitter")]


@pytest.mark.parametrize("broken", ["posts: [", "", "\xff\xfe", "version: 2\n"])
def test_the_last_good_file_and_templates_make_the_words(stage: Scene, broken: str) -> None:
    stage.file.write_text(broken, encoding="utf-8")
    write_words(stage, "{{ nonsense")
    stage.restart()
    stage.at(DUE)
    assert texts(stage) == ["Good words: News about one"]
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN]
    assert stage.ledger.breakages.current() is not None


def test_a_file_that_is_gone_is_a_broken_file(stage: Scene) -> None:
    stage.file.unlink()
    stage.restart()
    stage.at(DUE)
    assert texts(stage) == ["Good words: News about one"]


def test_the_mended_file_is_taken_over(stage: Scene) -> None:
    stage.file.write_text("posts: [", encoding="utf-8")
    stage.restart()
    stage.at(START + MINUTE)
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    stage.at(START + 2 * MINUTE)
    stage.at(DUE)
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN, AlertKind.FILE_MENDED]
    assert len(texts(stage)) == 2


def test_a_second_start_with_the_broken_file_tells_it_no_second_time(stage: Scene) -> None:
    stage.file.write_text("posts: [", encoding="utf-8")
    for minutes in (1, 2):
        stage.restart()
        stage.at(START + minutes * MINUTE)
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN]


def test_the_plan_goes_on_for_as_long_as_the_file_is_broken(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]).replace(f"{DUE:%Y-%m-%d %H:%M}", "every day at 09:00"))
    stage.restart()
    stage.at(START)
    stage.file.write_text("posts: [", encoding="utf-8")
    stage.restart()
    stage.at(DUE)
    before = max(row.due_at for row in stage.ledger.deliveries.all())
    stage.at(DUE + 2 * REFRESH)
    assert max(row.due_at for row in stage.ledger.deliveries.all()) > before


def test_what_is_kept_of_another_file_or_was_damaged_is_not_used(stage: Scene) -> None:
    stage.file.write_text("posts: [", encoding="utf-8")
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET content = x'00'")
    stage.restart()
    with pytest.raises(ScheduleUnreadable):
        stage.at(DUE)
    stage.ledger.snapshots.keep(b"nothing that was packed", signature="", now=DUE)
    with pytest.raises(ScheduleUnreadable):
        stage.at(DUE)

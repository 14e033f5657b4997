"""An edit under a running daemon: a good one is taken over as a whole, a bad one changes nothing and is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene, schedule, wait_for
from structlog.testing import capture_logs

from publisher.alerts import AlertKind
from publisher.ledger.records import Intent
from publisher.model import DeliveryState
from publisher.sandbox.faults import Fault
from publisher.shipped import shipped

MINUTE = timedelta(minutes=1)
TEMPLATE = "templates/invitation/social.j2"
EVENT = """\
events:
  - id: open-day
    when: 2027-05-11 10:00-16:00
    title: { en: "Open day" }
    changes: [{ add: 1 week before at 09:00, template: invitation, to: [twitter] }]
"""
INVITED = START.replace(day=4, hour=9)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "templates" / "invitation").mkdir(parents=True)
    (tmp_path / TEMPLATE).write_text("Come: {{ event.title }}", encoding="utf-8")
    with scene(tmp_path) as made:
        made.write(post("one"))
        yield made


def states(stage: Scene) -> dict[str, str]:
    return {row.key: str(row.state) for row in stage.ledger.deliveries.all()}


def write(stage: Scene, text: str) -> None:
    stage.file.write_text(text, encoding="utf-8")


def has_event(stage: Scene) -> None:
    write(stage, schedule(post("one", to=["twitter"])) + EVENT)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("posts: [", "schedules.yaml:"),
        ("", "schedules.yaml:1:1"),
        (schedule(post("one"), post("two").replace("send", "sned")), "sned"),
        (schedule(post("one"), post("two", more="    image: { file: nowhere.png, alt: A }\n")), "nowhere.png"),
        (schedule(post("one")).replace("readers.csv", "nobody.csv"), "nobody.csv"),
    ],
)
def test_a_bad_edit_changes_nothing_and_the_team_is_told_what_is_due_meanwhile(
    stage: Scene, bad: str, said: str
) -> None:
    stage.at(START)
    before = states(stage)
    write(stage, bad)
    with capture_logs() as log:
        stage.at(START + MINUTE)
    assert states(stage) == before
    (alert,) = stage.alerts
    assert (alert.kind, alert.subject) == (AlertKind.FILE_BROKEN, str(stage.file))
    assert said in alert.words + alert.mend
    assert "2027-05-03 09:00 UTC, post of one on twitter" in alert.words
    assert alert.mend
    (summary,) = [line for line in log if "due_meanwhile" in line]
    assert summary["due_meanwhile"].count("one/") == 3
    assert str(stage.file) in log[0]["place"]
    stage.at(DUE)
    assert set(states(stage).values()) == {"sent"}


@pytest.mark.parametrize(("good", "bad"), [("send", "sned"), ("2027-05-03", "3.05.2027")])
def test_what_stays_broken_is_told_once_also_after_a_restart_and_what_is_mended_is_told_too(
    stage: Scene, good: str, bad: str
) -> None:
    stage.at(START)
    write(stage, schedule(post("one"), post("two").replace(good, bad)))
    for minute in range(1, 4):
        stage.at(START + minute * MINUTE)
    stage.restart()
    stage.at(START + 10 * MINUTE)
    breakage = stage.ledger.breakages.current()
    assert breakage is not None
    assert (breakage.since, breakage.errors) == (START + MINUTE, len(breakage.problems))
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN]
    stage.write(post("one"), post("two"))
    stage.at(START + 11 * MINUTE)
    assert stage.ledger.breakages.current() is None
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN, AlertKind.FILE_MENDED]
    assert "since 2027-05-03 08:01 UTC" in stage.alerts[1].words
    stage.at(START + 12 * MINUTE)
    assert len(stage.alerts) == 2


def test_another_error_is_news_and_the_file_is_broken_since_the_first(stage: Scene) -> None:
    stage.at(START)
    write(stage, "posts: [")
    stage.at(START + MINUTE)
    stage.file.unlink()
    stage.at(START + 2 * MINUTE)
    breakage = stage.ledger.breakages.current()
    assert breakage is not None
    assert breakage.since == START + MINUTE
    assert [alert.words.splitlines()[0].endswith("there is no such file") for alert in stage.alerts] == [False, True]


def test_a_good_edit_is_taken_over_as_a_whole_and_told_in_words(stage: Scene) -> None:
    stage.at(START)
    stage.write(post("one", at=DUE + MINUTE, to=["twitter", "news"]), post("two"))
    with capture_logs() as log:
        stage.at(START + MINUTE)
    (told,) = [line["changes"] for line in log if line["event"] == "edit taken over"]
    assert told == "+2 posts, 1 moved, 1 cancelled; +1 mailing, 1 moved, 0 cancelled; 0 sent again"
    assert stage.alerts == []


def test_an_edit_that_the_ledger_can_not_take_as_a_whole_is_not_taken_at_all(stage: Scene) -> None:
    stage.at(START)
    before = states(stage)
    stage.write(post("two"))
    with stage.ledger_breaks_at("UPDATE", "deliveries"):  # adding works, cancelling does not
        stage.at(START + MINUTE)
        assert states(stage) == before
    stage.at(START + 2 * MINUTE)
    assert sorted(states(stage).values()) == ["cancelled"] * 3 + ["planned"] * 3


def test_what_its_lane_has_begun_is_not_cancelled(stage: Scene) -> None:
    stage.at(START)
    key = stage.row("one", "twitter").key
    stage.ledger.deliveries.transition(key, to=DeliveryState.PENDING, now=START)
    stage.ledger.attempts.begin(key, owner="me", intent=Intent(sha256=""), lease=MINUTE, now=START)
    assert stage.ledger.deliveries.replan(cancelled=[(key, "gone")], now=START) == [key]
    assert stage.state("one", "twitter") == "sending"


def test_a_good_edit_of_a_template_is_taken_over_and_a_bad_one_leaves_the_last_good_words(stage: Scene) -> None:
    has_event(stage)
    stage.at(START)
    (stage.folder / TEMPLATE).write_text("Do come: {{ event.title }}", encoding="utf-8")
    with capture_logs() as log:
        stage.at(START + MINUTE)
    assert [line.get("templates") for line in log if line["event"] == "edit taken over"] == [
        str(stage.folder / TEMPLATE)
    ]
    (stage.folder / TEMPLATE).write_text("Never come: {{ event.tilte }}", encoding="utf-8")
    stage.at(START + 2 * MINUTE)
    (alert,) = stage.alerts
    assert "social.j2:1:" in alert.words
    assert "“tilte”" in alert.words
    shutil.rmtree(stage.folder / "templates")
    stage.at(START + 3 * MINUTE)
    assert "the folder of templates is gone" in stage.alerts[1].words
    stage.at(INVITED)
    assert [found.text for found in stage.sandbox.posted("twitter")][-1] == "Do come: Open day"


def test_a_folder_of_templates_that_comes_later_is_noticed(stage: Scene) -> None:
    shutil.rmtree(stage.folder / "templates")
    has_event(stage)
    stage.at(START)
    (stage.folder / "templates" / "invitation").mkdir(parents=True)
    (stage.folder / TEMPLATE).write_text("Here we are: {{ event.title }}", encoding="utf-8")
    stage.at(START + MINUTE)
    stage.at(INVITED)
    assert [found.text for found in stage.sandbox.posted("twitter")][-1] == "Here we are: Open day"


def test_a_list_or_picture_that_breaks_and_is_mended_is_noticed_without_an_edit_of_the_file(stage: Scene) -> None:
    picture = stage.folder / "picture.jpg"
    shutil.copy(shipped("examples") / "next2met" / "images" / "meeting.jpg", picture)
    stage.write(post("one", more="    image: { file: picture.jpg, alt: { en: A, pl: A } }\n"))
    stage.at(START)
    (stage.folder / "readers.csv").write_text("name\nAnna\n", encoding="utf-8")
    stage.at(START + MINUTE)
    stage.enlist("anna@example.org,Anna,en")
    stage.at(START + 2 * MINUTE)
    picture.rename(stage.folder / "other.jpg")
    stage.at(START + 3 * MINUTE)
    (stage.folder / "other.jpg").rename(picture)
    stage.at(START + 4 * MINUTE)
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN, AlertKind.FILE_MENDED] * 2
    assert ["readers.csv" in stage.alerts[0].words, "picture.jpg" in stage.alerts[2].words] == [True, True]


def test_a_file_that_is_still_being_written_is_not_judged(stage: Scene) -> None:
    stage.patience = timedelta(seconds=2)
    stage.at(START)
    write(stage, "posts: [")
    for second in (1, 2):
        stage.at(START + timedelta(seconds=second))
    stage.write(post("one"), post("two"))
    for second in (3, 4):
        stage.at(START + timedelta(seconds=second))
    assert (stage.alerts, len(states(stage))) == ([], 3)
    stage.at(START + timedelta(seconds=5))
    assert (stage.alerts, len(states(stage))) == ([], 6)


def test_a_file_with_errors_at_the_start_is_told_and_its_sound_part_goes_out(stage: Scene) -> None:
    write(stage, schedule(post("one"), post("two").replace("send", "sned")))
    stage.at(DUE)
    assert [alert.kind for alert in stage.alerts] == [AlertKind.FILE_BROKEN]
    assert set(states(stage).values()) == {"sent"}


def test_an_edit_while_something_is_being_sent_changes_nothing_for_it(stage: Scene) -> None:
    stage.inject("facebook", Fault.SLOW)
    stage.at(START)
    stage.clock.advance_to(DUE)
    stage.feed()
    wait_for(lambda: stage.sandbox.requests("facebook"))
    write(stage, "posts: [")
    stage.at(DUE + MINUTE)
    assert set(states(stage).values()) == {"sent"}
    assert stage.sandbox.counts()["facebook"] == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    title:", "    status: cancelled\n    title:"),
        ("    title:", "    where: { venue: Elsewhere }\n    title:"),
        ("when: 2027-05-11", "when: 2027-05-12"),
    ],
)
def test_what_is_out_and_now_wrong_is_told_once_when_the_edit_is_taken_over(stage: Scene, old: str, new: str) -> None:
    has_event(stage)
    stage.at(INVITED)
    assert len(stage.sandbox.posted("twitter")) == 1
    write(stage, stage.file.read_text(encoding="utf-8").replace(old, new))
    with capture_logs() as lines:
        stage.at(INVITED + MINUTE)
        stage.at(INVITED + 2 * MINUTE)
    (told,) = [line for line in lines if line["event"] == "out already and now wrong"]
    assert (told["about"], told["deliveries"], told["channels"]) == ("open-day", 1, "twitter")
    assert told["mend"] == "see the corrections: publisher corrections open-day"


def test_what_became_wrong_while_publisher_was_stopped_is_told_once_at_its_start(stage: Scene) -> None:
    has_event(stage)
    stage.at(INVITED)
    write(stage, stage.file.read_text(encoding="utf-8").replace("    title:", "    status: cancelled\n    title:"))
    with capture_logs() as lines:
        for minutes in (1, 2):
            stage.restart()
            stage.at(INVITED + minutes * MINUTE)
    (told,) = [line for line in lines if line["event"] == "out already and now wrong"]
    assert (told["about"], told["channels"]) == ("open-day", "twitter")

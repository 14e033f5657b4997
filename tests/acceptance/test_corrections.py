"""A cancelled, postponed or changed event: what is out already, and the words to correct it on those channels."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office import SCHEDULE, json_of, open_office, run

DAY = datetime.now(UTC).date() + timedelta(days=30)
SENT = DAY - timedelta(days=7)
PLANNED = SCHEDULE.replace("2027-05-13", f"{DAY}").replace("2027-05-10", f"{DAY - timedelta(days=3)}")
PLANNED = PLANNED[: PLANNED.index("posts:")].replace(
    "invitation, to: [twitter, facebook, news]", "invitation, to: [twitter, news]"
)
LATER = "      - { add: 1 day before at 09:00, template: tomorrow, to: [facebook] }\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    open_office(tmp_path, PLANNED + LATER)
    ran = run(tmp_path, "run", "--once", "--sandbox", "--now", f"{SENT}T12:00:00Z")
    assert ran.returncode == 0, ran.stderr
    return tmp_path


def edit(office: Path, old: str, new: str) -> None:
    file = office / "schedules.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def status(office: Path, word: str) -> None:
    edit(office, "    title: {", f"    status: {word}\n    title: {{")


def test_as_long_as_nothing_changes_nothing_is_wrong(office: Path) -> None:
    assert json_of(office, "corrections") == []
    assert "Nothing that is out is wrong now" in run(office, "corrections").stdout


@pytest.mark.parametrize(("word", "said"), [("cancelled", "odwołane"), ("postponed", "przełożone")])
def test_each_channel_that_told_of_the_event_gets_a_correction_in_its_languages(
    office: Path, word: str, said: str
) -> None:
    status(office, word)
    found = {one["channel"]: one for one in json_of(office, "corrections", "open-day")}
    assert {channel: sorted(one["texts"]) for channel, one in found.items()} == {
        "twitter": ["pl"],
        "news": ["en", "pl"],
    }
    assert {(one["template"], one["state"], one["why"]) for one in found.values()} == {
        (word, "sent", f"the event is {word}")
    }
    assert all(said.casefold() in one["texts"]["pl"].casefold() for one in found.values())
    assert found["twitter"]["remote_url"].startswith("http")
    shown = run(office, "corrections").stdout
    assert f"template: {word}, to: [news, twitter] }}" in shown or f"template: {word}, to: [twitter, news] }}" in shown
    assert found["twitter"]["sent_utc"].startswith(f"{SENT}T12:00")


def test_the_lines_that_it_gives_send_the_correction_and_then_nothing_is_wrong(office: Path) -> None:
    status(office, "cancelled")
    (line, *others) = json_of(office, "corrections")[0]["changes"]
    assert others == []
    edit(office, LATER, f"{LATER}      {line}\n")
    assert run(office, "check").returncode == 0
    told = datetime.now(UTC) + timedelta(hours=3)
    ran = run(office, "run", "--once", "--sandbox", "--now", f"{told:%Y-%m-%dT%H:%M:%SZ}")
    assert len(re.findall(r"\] sent .*/cancelled/", ran.stderr)) == 2
    assert json_of(office, "corrections") == []


def test_what_was_planned_for_a_cancelled_event_does_not_go_out(office: Path) -> None:
    status(office, "cancelled")
    run(office, "run", "--once", "--sandbox", "--now", f"{DAY - timedelta(days=1)}T12:00:00Z")
    rows = {row["channel"]: row for row in json_of(office, "status")}
    assert (rows["facebook"]["state"], rows["facebook"]["reason"]) == ("cancelled", "the event is cancelled")


def test_an_event_in_another_place_shows_the_words_as_they_are_now(office: Path) -> None:
    edit(office, "    title: {", "    where: { venue: Nowy Ratusz }\n    title: {")
    found = json_of(office, "corrections")
    assert {one["why"] for one in found} == {"it would read otherwise now"}
    assert any("Nowy Ratusz" in text for one in found for text in one["texts"].values())


def test_an_event_that_is_not_in_the_file_is_told(office: Path) -> None:
    ran = run(office, "corrections", "nothing")
    assert (ran.returncode, "the file has no such event" in ran.stderr) == (2, True)

"""What an e-mail channel says of who comes first and how many are usual, and mails that follow too closely."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from checked_files import NOW, checked

from publisher.app import App, Options
from publisher.cli.previewdata import Wanted, gather
from publisher.clock import SimulatedClock
from publisher.model import Canary, Channel, Form, UsualSize
from publisher.schedulefile.load import load_file

MINUTES_30 = timedelta(minutes=30)
HEAD = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: UTC, languages: [en] }
"""


def channel(folder: Path, more: str) -> Channel:
    file = folder / "schedules.yaml"
    file.write_text(
        f"{HEAD}channels:\n  news: {{ type: email, audience: readers, {more} }}\n"
        "audiences:\n  readers: { list: readers.csv, basis: consent }\n",
        encoding="utf-8",
    )
    loaded = load_file(file, channel_types={"email": Form.MAIL})
    assert loaded.problems == ()
    assert loaded.schedule is not None
    return loaded.schedule.channels["news"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("1% then 30 minutes", Canary(wait=MINUTES_30, percent=Decimal(1))),
        ('"0,5 % then 1 hour"', Canary(wait=timedelta(hours=1), percent=Decimal("0.5"))),
        ("50 readers then 1 hour", Canary(wait=timedelta(hours=1), readers=50)),
        ('"1 reader, then 30 minutes, hold at 2.5%"', Canary(wait=MINUTES_30, readers=1, limit=Decimal("2.5"))),
        ("none", None),
        ("off", None),
    ],
)
def test_a_canary_is_read_as_people_write_it(tmp_path: Path, words: str, meant: Canary | None) -> None:
    assert channel(tmp_path, f"canary: {words}").canary == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("50-2000", UsualSize(least=50, most=2000)),
        ("50 to 2000", UsualSize(least=50, most=2000)),
        ("any", UsualSize()),
        ("learned", None),
    ],
)
def test_the_usual_number_of_readers_is_read_as_people_write_it(
    tmp_path: Path, words: str, meant: UsualSize | None
) -> None:
    assert channel(tmp_path, f"usual_size: {words}").usual_size == meant


def mails(folder: Path, *times: str, event: str = "") -> list[str]:
    """The codes of what check says of posts at these times."""
    (folder / "readers.csv").write_text("email\nanna@example.org\n", encoding="utf-8")
    posts = "".join(
        f'  - {{ id: post-{number}, send: {time}, to: [news], text: "News of day {number}" }}\n'
        for number, time in enumerate(times)
    )
    channels = "channels:\n  news: { type: email, audience: readers }\n"
    audiences = "audiences:\n  readers: { list: readers.csv, basis: consent }\n"
    problems = checked(f"{HEAD}{channels}{audiences}{event}posts:\n{posts}", folder)
    return [problem.code for problem in problems if problem.code == "mails-too-close"]


def test_two_mails_to_one_list_within_a_day_are_told(tmp_path: Path) -> None:
    assert mails(tmp_path, "2027-05-07 12:00", "2027-05-08 11:59") == ["mails-too-close"]


def test_two_mails_a_day_apart_are_fine(tmp_path: Path) -> None:
    assert mails(tmp_path, "2027-05-07 12:00", "2027-05-08 12:00") == []


def test_each_of_several_followers_is_told(tmp_path: Path) -> None:
    assert mails(tmp_path, "2027-05-07 12:00", "2027-05-07 13:00", "2027-05-07 14:00") == ["mails-too-close"] * 2


def test_the_preview_of_the_later_one_tells_it_too(tmp_path: Path) -> None:
    mails(tmp_path, "2027-05-07 12:00", "2027-05-07 13:00", "2027-05-09 13:00")
    options = Options(schedules=tmp_path / "schedules.yaml", database=f"sqlite:///{tmp_path / 'none.db'}")
    view = gather(App(options, clock=SimulatedClock(NOW)), Wanted())
    told = {one.planned.source_id: [problem.code for problem in one.problems] for one in view.previews}
    assert [name for name, codes in told.items() if "mails-too-close" in codes] == ["post-1"]

"""The same daemon on a simulated clock: plan, ledger and sandbox agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from office import SCHEDULE, open_office, run

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(240)
def test_the_demo_plays_a_real_calendar_and_everything_goes_out_once(tmp_path: Path) -> None:
    ran = run(tmp_path, "demo")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split() for line in ran.stdout.splitlines() if line.endswith(("agree", "DIFFER"))]
    assert [row[0] for row in rows] == ["twitter", "facebook", "news-pl", "news-en"]
    for _, planned, sent, expected, arrived, verdict in rows:
        assert int(planned) == int(sent) > 30
        assert (expected, verdict) == (arrived, "agree")
    assert ran.stderr == ""
    assert "terminal" in ran.stdout.splitlines()[-1]


def test_a_rehearsal_leaves_nothing_behind_and_uses_no_real_account(tmp_path: Path) -> None:
    open_office(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = run(
        tmp_path,
        *("rehearse", "--from", "2027-05-01", "--to", "2027-05-31"),
        PUBLISHER_TWITTER_CONSUMER_KEY="k",
        PUBLISHER_TWITTER_ENDPOINT="http://127.0.0.1:9",
    )
    assert ran.returncode == 0, ran.stderr
    assert "DIFFER" not in ran.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_the_parts_of_a_thread_are_counted(tmp_path: Path) -> None:
    text = 'text: { pl: "Jedno\\n---\\nDrugie\\n---\\nTrzecie", en: Hello! }'
    hello = 'text: { pl: "Cześć & dzień dobry! https://example.org/ęą?x=1&y=2 🎉", en: Hello! }'
    assert hello in SCHEDULE
    open_office(tmp_path, SCHEDULE.replace(hello, text))
    ran = run(tmp_path, "rehearse", "--from", "2027-05-01", "--to", "2027-05-31", "--format", "json")
    report = json.loads(ran.stdout)
    (x,) = [channel for channel in report["channels"] if channel["type"] == "twitter"]
    assert (report["agrees"], x["planned"], x["expected"], x["arrived"]) == (True, 2, 4, 4)


def test_the_top_level_example_is_sound_and_plays_through() -> None:
    assert run(ROOT, "check").returncode == 0
    ran = run(ROOT, "rehearse", "--from", "2027-01-01", "--to", "2027-12-31")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_rehearsal_writes_to_the_lists_in_the_ledger_and_to_nobody_whom_they_must_not_write_to(
    tmp_path: Path,
) -> None:
    open_office(tmp_path, SCHEDULE.replace("list: lists/readers.csv, basis: consent", "list: news"))
    run(tmp_path, "lists", "create", "news", "--title", "en=News", "--basis", "consent")
    run(tmp_path, "lists", "import", "news", "lists/readers.csv")
    run(tmp_path, "lists", "suppress", "ben@example.org")
    ran = run(tmp_path, "rehearse", "--from", "2027-05-06", "--to", "2027-05-06", "--format", "json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (news,) = [one for one in json.loads(ran.stdout)["channels"] if one["channel"] == "news"]
    assert (news["expected"], news["arrived"]) == (news["planned"] * 2, news["planned"] * 2)
    assert news["planned"] == 2

"""The commands as a user types them: their JSON, and that they answer at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from icalendar import Calendar
from office import json_of, open_office, run

NOW = "2027-05-06T08:30:00Z"
HEAVY = ("pydantic", "sqlalchemy", "tweepy", "jinja2", "babel", "rich", "yaml", "httpx", "alembic", "publisher.app")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, publisher.cli.main; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert not ran.stdout.strip()


def test_plan_prints_the_public_fields(tmp_path: Path) -> None:
    planned = json_of(open_office(tmp_path), "plan", "--from", "2027-05-01", "--to", "2027-05-31")
    assert len(planned) == 6
    first = planned[0]
    assert set(first) == {
        *("key", "occurrence", "kind", "source_id", "step", "template", "channel", "channel_type", "languages"),
        *("local", "timezone", "utc", "state", "reason", "cost", "paused"),
    }
    assert first["key"].startswith(first["occurrence"] + "/")
    assert (first["local"], first["utc"]) == ("2027-05-06T09:00", "2027-05-06T07:00:00Z")
    assert first["state"] == "planned"


def test_preview_prints_the_public_fields(tmp_path: Path) -> None:
    previews = json_of(open_office(tmp_path), "preview")
    post = next(one for one in previews if one["channel"] == "twitter")
    mail = next(one for one in previews if one["channel"] == "news")
    common = {"key", "channel", "channel_type", "language", "local", "utc", "text", "media", "weight", "payload"}
    common |= {"parts", "sha256", "problems", "cost", "paused", "approval", "chips"}
    assert set(post) == common
    assert set(mail) == {*common, "subject", "preheader", "html"}
    assert post["weight"]["limit"] == 280


def test_a_key_or_its_beginning_chooses_what_is_previewed(tmp_path: Path) -> None:
    open_office(tmp_path)
    [one] = [one for one in json_of(tmp_path, "plan") if one["channel"] == "facebook" and one["source_id"] == "hello"]
    assert [shown["key"] for shown in json_of(tmp_path, "preview", one["key"])] == [one["key"]]
    assert {shown["channel"] for shown in json_of(tmp_path, "preview", "hello/post")} == {"twitter", "facebook", "news"}


def test_the_plan_as_a_calendar_file_is_correct(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "plan", "--format", "ics")
    calendar = Calendar.from_ical(ran.stdout)
    events = list(calendar.walk("VEVENT"))
    assert len(events) == 6
    assert len({event["UID"] for event in events}) == 6


def test_global_options_may_stand_anywhere(tmp_path: Path) -> None:
    open_office(tmp_path).joinpath("schedules.yaml").rename(tmp_path / "mine.yaml")
    assert run(tmp_path, "check", "--schedules", "mine.yaml").returncode == 0
    assert run(tmp_path, "--schedules=mine.yaml", "check").returncode == 0
    assert run(tmp_path, "check", PUBLISHER_SCHEDULES="mine.yaml").returncode == 0


def test_a_flag_beats_the_environment_and_the_environment_beats_the_env_file(tmp_path: Path) -> None:
    open_office(tmp_path)
    (tmp_path / ".env").write_text("PUBLISHER_NEWS_FROM=From File <file@example.org>\n", encoding="utf-8")
    [one, *_] = json_of(tmp_path, "preview", "--channel", "news")
    assert one["payload"].startswith('From: "From File" <file@example.org>')
    ran = run(tmp_path, "preview", "--channel", "news", "--format", "json", PUBLISHER_NEWS_FROM="env@example.org")
    assert json.loads(ran.stdout)[0]["payload"].startswith("From: env@example.org")


def test_check_prints_problems_as_json_and_for_github(tmp_path: Path) -> None:
    open_office(tmp_path)
    file = tmp_path / "schedules.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("    title:", "    titel: x\n    title:"), encoding="utf-8"
    )
    [problem] = [one for one in json_of(tmp_path, "check") if one["severity"] == "error"]
    assert set(problem) == {
        *("file", "line", "column", "end_line", "end_column", "severity", "code", "message", "hint", "see"),
    }
    assert (problem["line"], problem["column"], problem["code"]) == (13, 5, "unknown-key")
    ran = run(tmp_path, "check", "--format", "github")
    assert ran.stdout.startswith("::error file=schedules.yaml,line=13,col=5,")


def test_the_preview_page_is_one_file_without_network(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "preview", "--format", "html", "--out", "page")
    assert ran.returncode == 0, ran.stderr
    page = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert "Dzień otwarty" in page
    assert "<script src" not in page
    assert "<link" not in page.replace("&lt;link", "")


def test_status_tells_what_became_of_each_delivery(tmp_path: Path) -> None:
    open_office(tmp_path)
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", NOW)
    assert ran.returncode == 0, ran.stderr
    rows = json_of(tmp_path, "status")
    assert {row["state"] for row in rows} == {"sent"}
    assert len(rows) == 6
    post = next(row for row in rows if row["channel"] == "twitter")
    assert set(post) >= {"key", "channel", "state", "due_utc", "attempts", "remote_id", "remote_url"}
    assert set(post["attempts"][0]) == {"number", "started_utc", "finished_utc", "outcome", "code", "detail"}
    assert next(row for row in rows if row["channel"] == "news")["recipients"] == {"sent": 3}
    story = run(tmp_path, "why", "hello").stdout
    assert "3 accepted" in story
    assert "anna@example.org" not in story


def test_what_went_out_is_not_sent_again_by_the_next_run(tmp_path: Path) -> None:
    open_office(tmp_path)
    run(tmp_path, "run", "--sandbox", "--once", "--now", NOW)
    before = json_of(tmp_path, "status")
    file = tmp_path / "schedules.yaml"
    words = file.read_text(encoding="utf-8").replace("1 week before at 09:00", "1 week before at 09:30")
    file.write_text(words.replace("send: 2027-05-06 10:00", "send: 2027-05-06 10:20"), encoding="utf-8")
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", "2027-05-06T08:45:00Z")
    assert ran.returncode == 0
    assert json_of(tmp_path, "status") == before
    assert "not sent again" in ran.stderr


def test_what_asks_for_approval_is_held_until_somebody_approves(tmp_path: Path) -> None:
    file = open_office(tmp_path) / "schedules.yaml"
    words = file.read_text(encoding="utf-8").replace(
        "languages: [pl], missing", "languages: [pl], approval: anyone, missing"
    )
    file.write_text(words, encoding="utf-8")
    assert {one["state"] for one in json_of(tmp_path, "plan")} == {"held"}
    assert (
        run(tmp_path, "approve", "hello/post/2027-05-06T10:00@Europe/Warsaw/twitter", "--as", "Office").returncode == 0
    )
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", NOW)
    assert "waits for approval" in ran.stderr
    sent = [row["key"] for row in json_of(tmp_path, "status") if row["state"] == "sent"]
    assert sent == ["hello/post/2027-05-06T10:00@Europe/Warsaw/twitter/pl"]
    assert run(tmp_path, "approve", "open-day", "--as", "Office").returncode == 0
    run(tmp_path, "run", "--sandbox", "--once", "--now", "2027-05-06T09:00:00Z")
    assert sum(row["state"] == "sent" for row in json_of(tmp_path, "status")) == 4


def test_who_approves_what_a_rule_holds_is_told_so_and_how_to_mend_it(tmp_path: Path) -> None:
    file = open_office(tmp_path) / "schedules.yaml"
    words = file.read_text(encoding="utf-8").replace(
        "languages: [pl], missing", "languages: [pl], approval: anyone, missing"
    )
    file.write_text(words.replace("Cześć & dzień", "𝗖𝘇𝗲𝘀́𝗰́ & dzień"), encoding="utf-8")
    ran = run(tmp_path, "approve", "hello", "--as", "Office")
    assert ran.returncode == 0, ran.stderr
    assert "[fancy-letters]" in ran.stdout.split("it will be held: ")[1]
    assert "→" in ran.stdout
    ran = run(tmp_path, "approve", "open-day", "--as", "Office")
    assert "it will be held" not in ran.stdout

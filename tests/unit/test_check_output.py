"""``publisher check``: what it finds beyond the file, and how it prints it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from publisher.cli.main import run

SCHEDULE = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [en] }
channels:
  twitter:
  facebook:
  news: { type: email, audience: readers }
audiences:
  readers: { list: readers.csv, basis: consent }
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: invitation, to: [twitter, facebook, news] }
    - { send: 1 week before at 10:00, template: invitation, to: [twitter, facebook] }
events:
  - id: open-day
    cadence: short
    when: 2027-05-12 10:00-16:00
    title: Open day
    summary: Come and see.
    where: { venue: Town hall }
    register: { link: https://example.org/register }
posts:
  - { id: hello, send: 2027-05-07 12:00, to: [twitter, facebook], text: Hello }
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound schedule, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_SCHEDULES", raising=False)
    (tmp_path / "readers.csv").write_text("email\nreader@example.org\n")
    path = tmp_path / "schedules.yaml"
    path.write_text(SCHEDULE)
    return path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def check(*arguments: str) -> int:
    return run(["check", *arguments])


def found(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The problems as JSON."""
    check("--format", "json")
    problems: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return problems


def test_a_sound_file_is_fine(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    assert capsys.readouterr().out == f"{file.name}: fine\n"
    assert found(capsys) == []


def test_a_problem_is_shown_with_its_line_and_marks_below(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(file, "when: 2027-05-12 10:00-16:00", "when: 2027-02-29")
    assert check() == 1
    assert capsys.readouterr().out.split("\n") == [
        "schedules.yaml:17:11  error  29 February 2027 does not exist: 2027 is not a leap year.  [no-such-date]",
        "        when: 2027-02-29",
        "              ^^^^^^^^^^",
        "    → Did you mean 2027-02-28 or 2027-03-01?",
        "",
        "schedules.yaml: 1 error",
        "",
    ]


def test_a_warning_lets_the_file_pass(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(file, "project: { name: Office,", "project: { name: Office, funding: someone,")
    assert check() == 0
    assert "schedules.yaml: 1 warning" in capsys.readouterr().out


def test_the_record_of_a_problem_is_the_public_one(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(file, "title: Open day", "titel: Open day")
    assert found(capsys) == [
        {
            "file": "schedules.yaml",
            "line": 18,
            "column": 5,
            "end_line": 18,
            "end_column": 10,
            "severity": "error",
            "code": "unknown-key",
            "message": "“titel” is not something an event can have.",
            "hint": "Did you mean “title”?",
            "see": "docs/problems.md#unknown-key",
        }
    ]


HOSTILE = ['a"b', "a'b", "a\\\\b", "a%0Ab", "a::error::b", "<b>&", "[red]x[/red]", "🎉🎉", "a,b:c"]


@pytest.mark.parametrize("words", HOSTILE)
def test_json_and_github_are_well_formed_whatever_the_file_says(
    file: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    quoted = json.dumps(words, ensure_ascii=False)
    edit(file, "cadence: short", f'cadence: {quoted}\n    status: "two\\nlines"\n    {quoted}: x')
    problems = found(capsys)
    assert {problem["code"] for problem in problems} == {"unknown-key", "unknown-name", "bad-value"}
    assert check("--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(problems)
    for line in lines:
        pattern = r"::error file=schedules\.yaml,line=\d+,col=\d+,endLine=\d+,endColumn=\d+,title=[a-z-]+::[^\r\n]+"
        assert re.fullmatch(pattern, line)
    assert check() == 1
    assert words.replace("\\\\", "\\") in capsys.readouterr().out.replace("\\\\", "\\")


def test_github_gets_a_file_name_without_its_own_signs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = file.rename(file.with_name("a,b:c%.yaml"))
    edit(odd, "title: Open day", "titel: Open day")
    check(odd.name, "--format", "github")
    assert capsys.readouterr().out.startswith("::error file=a%2Cb%3Ac%25.yaml,line=18,")


def test_a_secret_is_not_shown_in_any_format(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(file, "  facebook:", "  facebook: { token: hunter2 }")
    for kind in ("text", "json", "github"):
        assert check("--format", kind) == 1
        assert "hunter2" not in capsys.readouterr().out


def test_marks_stand_below_wide_characters_and_long_lines_are_cut(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(file, "{ id: hello,", "{ tags: [日本語, ok-not], id: hello,")
    check()
    line, marks = capsys.readouterr().out.split("\n")[1:3]
    assert line.startswith("      - { tags: [日本語, ok-not], ")
    assert marks == " " * 25 + "^" * 6  # three characters of two cells each stand before
    file.write_text("[" * 100_000)
    check()
    lines = capsys.readouterr().out.split("\n")
    assert max(map(len, lines)) < 200
    assert lines[1][lines[2].index("^")] == "["


def test_a_missing_file_exits_with_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.unlink()
    assert check() == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "no such file" in captured.err


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("template: invitation", "template: invitatoin", "no-template"),
        ("id: hello,", "id: hello, image: { file: none.jpg, alt: A },", "bad-picture"),
        ("list: readers.csv", "list: raeders.csv", "bad-list"),
        (
            "twitter:\n  facebook:",
            "twitter: { languages: [en, fi] }\n  facebook: { languages: [en, fi] }",
            "missing-translation",
        ),
    ],
)
def test_one_mistake_that_stops_many_announcements_is_told_once(
    file: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: str
) -> None:
    edit(file, old, new)
    problems = found(capsys)
    assert {problem["code"] for problem in problems} == {code}
    mends = [problem["hint"] for problem in problems]
    places = {(problem["line"], problem["column"]) for problem in problems}
    assert len(problems) == (2 if code == "missing-translation" else 1), mends  # the event and the post lack Finnish
    assert len(places) == len(problems)


def test_a_text_that_is_too_long_names_its_post(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(file, "text: Hello", f"text: {'long ' * 100}")
    (problem,) = found(capsys)
    assert (problem["code"], problem["line"]) == ("too-long", 23)
    assert "On X this is 499 of 280 characters" in str(problem["message"])
    assert problem["hint"] == "Shorten it, or add a shorter  text_twitter:  for X only."

"""What people type in an office, and the mend that they are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked

FILE = """\
project: {{ name: Biuro, contact: {{ name: Biuro, email: "{email}" }} }}
defaults: {{ timezone: {timezone}, languages: [{language}], holidays: [{country}], approval: {approval} }}
channels:
  twitter:
posts:
  - id: hello
    send: 2027-05-07 12:00
    to: [twitter]
    text: Zapraszamy
    link: "{link}"
"""
SOUND = {
    "email": "biuro@example.org",
    "timezone": "Europe/Warsaw",
    "language": "pl",
    "country": "PL",
    "approval": "none",
    "link": "https://example.org",
}


@pytest.mark.parametrize(
    ("field", "written", "mend"),
    [
        ("email", "mailto:biuro@example.org", "nothing else:  biuro@example.org"),
        ("email", "Biuro <biuro@example.org>", "nothing else:  biuro@example.org"),
        ("timezone", "Warszawa", "Did you mean Europe/Warsaw?"),
        ("language", "ua", "Did you mean “uk”?"),
        ("language", "pl_PL", "Did you mean “pl”?"),
        ("language", "polski", "Did you mean “pl”?"),
        ("country", "Polska", "Did you mean PL?"),
        ("approval", "dwie osoby", "Did you mean “two”?"),
        ("approval", "2", "Did you mean “two”?"),
        ("link", "www.example.org", "Did you mean https://www.example.org?"),
        ("link", "<https://example.org>", "without < and >:  https://example.org"),
        ("link", "https://example.org/dzień otwarty", "An address has no spaces"),
    ],
)
def test_the_mend_names_what_was_meant(tmp_path: Path, field: str, written: str, mend: str) -> None:
    (problem,) = checked(FILE.format(**{**SOUND, field: written}), tmp_path)
    assert mend in problem.hint


def test_the_file_of_these_cases_is_sound(tmp_path: Path) -> None:
    assert checked(FILE.format(**SOUND), tmp_path) == ()


def test_hours_of_the_day_are_hardly_meant_as_quiet_hours(tmp_path: Path) -> None:
    (problem,) = checked("defaults: { quiet_hours: 07:30-20:00 }\nchannels:\n  twitter:\n", tmp_path)
    assert (problem.severity, problem.place.column) == ("warning", 26)
    assert "Did you mean 20:00-07:30?" in problem.hint


def test_names_that_are_listed_are_not_cut_within(tmp_path: Path) -> None:
    problems = checked("channels:\n  twitter:\nposts:\n  - id: hello\n    qqqq: 1\n", tmp_path)
    (hint,) = [problem.hint for problem in problems if problem.code == "unknown-key"]
    assert "text_email, …" in hint

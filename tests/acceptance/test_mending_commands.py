"""``fix``, ``explain`` and the language of messages, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = """\
channels:
  twitter: { account: @office, languages: [en] }   # ours
posts:
  - id: hello
    send: every day at 09:00
    to: twitter
    text: Come to #OpenDay
"""


def publisher(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "publisher", *arguments],
        cwd=folder,
        env={"PATH": "", "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules.yaml").write_text(BROKEN, encoding="utf-8")
    return tmp_path


def test_a_difference_is_shown_and_nothing_written(folder: Path) -> None:
    ran = publisher(folder, "fix", "--diff")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert '+  twitter: { account: "@office", languages: [en] }   # ours' in ran.stdout.splitlines()
    assert (folder / "schedules.yaml").read_text(encoding="utf-8") == BROKEN


def test_mended_files_check_clean_and_keep_their_mode(folder: Path) -> None:
    (folder / "schedules.yaml").chmod(0o640)
    ran = publisher(folder, "fix")
    assert ran.returncode == 0
    assert ran.stdout.splitlines()[-1] == "schedules.yaml: 2 problems mended."
    assert publisher(folder, "check").stdout == "schedules.yaml: fine\n"
    assert (folder / "schedules.yaml").stat().st_mode & 0o777 == 0o640
    again = publisher(folder, "fix")
    assert (again.returncode, again.stdout) == (0, "schedules.yaml: nothing that I can mend.\n")


def test_what_is_left_for_a_person_is_said(folder: Path) -> None:
    (folder / "schedules.yaml").write_text(BROKEN.replace("to: twitter", "to: twiter"), encoding="utf-8")
    ran = publisher(folder, "fix")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "schedules.yaml: 2 problems mended. 1 error is left for you: publisher check"


def test_another_file_can_be_named(folder: Path) -> None:
    (folder / "schedules.yaml").rename(folder / "other.yaml")
    assert publisher(folder, "fix", "other.yaml").returncode == 0
    assert publisher(folder, "fix").returncode == 1


def test_a_secret_is_not_shown_in_a_difference(folder: Path) -> None:
    secret = "EAABsbCS1iHgBAPkZD7x"
    (folder / "schedules.yaml").write_text(BROKEN.replace("account: @office", f"account: @o, token: {secret}"))
    for arguments in (["fix", "--diff"], ["check"], ["check", "--format", "json"], ["check", "--format", "github"]):
        ran = publisher(folder, *arguments)
        assert secret not in ran.stdout + ran.stderr


def test_messages_are_polish_when_asked_or_by_the_locale(folder: Path) -> None:
    asked = publisher(folder, "check", "--lang", "pl")
    assert asked.stdout == publisher(folder, "check", LANG="pl_PL.UTF-8").stdout
    assert "błąd" in asked.stdout
    (first, *_) = json.loads(publisher(folder, "check", "--lang", "pl", "--format", "json").stdout)
    assert first["message"] == "Wartość nie może zaczynać się od „@”."
    assert publisher(folder, "check", "--lang", "en", LANG="pl_PL.UTF-8").stdout.startswith(
        "schedules.yaml:2:23  error"
    )


def test_a_code_is_explained_in_both_languages(folder: Path) -> None:
    assert publisher(folder, "explain", "lost-hashtag").stdout.startswith("lost-hashtag (error): A hashtag that would")
    assert "Źródło: " in publisher(folder, "explain", "lost-hashtag", "--lang", "pl").stdout
    unknown = publisher(folder, "explain", "lost-hastag")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean lost-hashtag?" in unknown.stderr


def test_all_codes_are_listed(folder: Path) -> None:
    listed = publisher(folder, "explain").stdout.splitlines()
    assert len(listed) > 40
    assert any(line.startswith("odd-space ") for line in listed)

"""Annotations as GitHub's runner reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.cli.github import in_repository, print_annotations
from publisher.model import Place, Problem, Severity
from publisher.sentences import Speaker, verbatim


def test_a_path_counts_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "repository" / "office"
    office.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    monkeypatch.chdir(office)
    assert in_repository("schedules.yaml") == "office/schedules.yaml"
    assert in_repository("../office/schedules.yaml") == "office/schedules.yaml"
    assert in_repository(str(office / "lists" / "a.csv")) == "office/lists/a.csv"


def test_a_submodule_is_a_repository_of_its_own(tmp_path: Path) -> None:
    module = tmp_path / "repository" / "module"
    module.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (module / ".git").write_text("gitdir: ../.git/modules/module\n")
    assert in_repository(str(module / "schedules.yaml")) == "schedules.yaml"


def test_columns_are_left_out_of_what_goes_over_lines(capsys: pytest.CaptureFixture[str]) -> None:
    place = Place("/nowhere/a,b:c.yaml", 3, 5, 4, 1)
    words, hint = verbatim("50% off"), verbatim("a\r\nb")
    problem = Problem(code="bad-value", severity=Severity.WARNING, message=words, hint=hint, place=place)
    print_annotations([problem], Path(), Speaker())
    where = "file=/nowhere/a%2Cb%3Ac.yaml,line=3,endLine=4,title=bad-value"
    assert capsys.readouterr().out == f"::warning {where}::50%25 off a%0D%0Ab\n"

"""Every bad file of the corpus: all that is wrong in it is told at its place, and what can be mended is mended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from checked_files import checked, mended
from corpus import REST, Case, cases

from publisher.cli.main import run
from publisher.explanations import codes, explanation
from publisher.model import Problem
from publisher.schedulefile.reading.working import lines_of
from publisher.sentences import Sentence

CASES = cases()
MENDED = [case for case in CASES if case.mended != case.content]
SECRET = [case for case in CASES if case.secret]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder in which the files of the corpus stand; their mailing list is there."""
    (tmp_path / "readers.csv").write_text("email\nreader@example.org\n")
    return tmp_path


def written(problems: Iterable[Problem]) -> list[str]:
    """Problems as the corpus writes them."""
    return [f"{one.place.line}:{one.place.column} {one.code}" for one in problems]


def test_the_corpus_is_large_and_no_case_stands_in_it_twice() -> None:
    assert len([case for case in CASES if case.problems]) >= 200
    assert len({case.content for case in CASES}) == len(CASES)
    assert len({case.what for case in CASES}) == len(CASES)


def test_the_rest_of_a_file_is_sound(office: Path) -> None:
    assert checked(REST, office) == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_that_is_wrong_is_told_in_order_and_nothing_else(case: Case, office: Path) -> None:
    problems = checked(case.content, office)
    assert written(problems) == list(case.problems)
    starts = [(one.place.line, one.place.column) for one in problems]
    assert starts == sorted(starts)
    for problem in problems:
        assert isinstance(problem.message, Sentence)
        assert isinstance(problem.hint, Sentence)
        assert problem.message.endswith((".", "?", ")")), problem.message
        assert problem.hint
        assert not case.secret or case.secret not in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fix_changes_the_lines_that_it_mends_and_no_other_byte(case: Case) -> None:
    made = mended(case.content)
    assert made.after == case.mended
    assert mended(made.after).after == made.after
    assert bool(made.mended) == made.has_changed


@pytest.mark.parametrize("case", MENDED, ids=str)
def test_what_is_mended_is_gone_and_nothing_new_is_wrong(case: Case, office: Path) -> None:
    left = written(checked(case.mended, office))
    lines = {line.partition(":")[0] for line in case.problems}
    assert {line.partition(":")[0] for line in left} <= lines
    assert len(left) < len(case.problems)


@pytest.mark.parametrize("case", SECRET, ids=str)
@pytest.mark.parametrize(
    "arguments",
    [["check"], ["check", "--format", "json"], ["check", "--format", "github"], ["fix", "--diff"], ["plan"]],
    ids=" ".join,
)
def test_no_secret_is_shown(case: Case, arguments: list[str], office: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (office / "schedules.yaml").write_bytes(case.content)
    assert run([*arguments, "--schedules", str(office / "schedules.yaml")]) in (0, 1)
    output = capfd.readouterr()
    assert case.secret not in output.out + output.err
    assert "secret-in-file" in output.out or arguments[0] != "check"


def test_every_problem_that_can_be_mended_is_mended_somewhere() -> None:
    """The corpus shows each class that `fix` knows; the catalogue says which these are."""
    fixable = {code for code in codes() if explanation(code).is_fixed}
    shown = {problem.code for case in MENDED for problem in mended(case.content).mended}
    assert fixable <= shown


def test_the_mended_lines_of_a_case_are_lines_that_it_has() -> None:
    for case in CASES:
        count = len(lines_of(case.content.decode(case.encoding, "replace")))
        assert all(1 <= int(number) <= count for number in case.fixed), case

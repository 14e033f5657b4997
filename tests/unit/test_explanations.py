"""The catalogue of problems: every page is whole in both languages, and its examples are what it says they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import checked, mended

from publisher.errors import SettingsError
from publisher.explanations import Explanation, codes, explanation
from publisher.model import Problem, Severity

PAGES = {code: explanation(code) for code in codes()}
SHOWN = [code for code, page in PAGES.items() if page.wrong]
FIXED = [code for code, page in PAGES.items() if page.wrong and page.is_fixed]


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_what_why_and_where_the_rule_comes_from_in_both_languages(code: str) -> None:
    page = PAGES[code]
    assert page.severities
    assert set(page.severities) <= set(Severity)
    for language in ("en", "pl"):
        for part in (page.title[language], page.text[language], page.source[language]):
            assert len(part.strip()) > 10
            assert "\t" not in part
    assert page.text["en"] != page.text["pl"]
    assert bool(page.wrong) == bool(page.right)


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_example_has_this_problem_and_no_other(code: str, tmp_path: Path) -> None:
    problems = _problems(PAGES[code], PAGES[code].wrong, tmp_path)
    assert [problem.code for problem in problems] == [code]
    assert problems[0].severity in PAGES[code].severities


@pytest.mark.parametrize("code", SHOWN)
def test_the_right_example_has_no_error_and_no_warning(code: str, tmp_path: Path) -> None:
    problems = _problems(PAGES[code], PAGES[code].right, tmp_path)
    assert [problem for problem in problems if problem.severity is not Severity.INFO] == []


@pytest.mark.parametrize("code", SHOWN)
def test_the_two_examples_differ_in_few_lines(code: str) -> None:
    page = PAGES[code]
    assert _differing(page) <= 5


@pytest.mark.parametrize("code", FIXED)
def test_fix_makes_the_wrong_example_right(code: str, tmp_path: Path) -> None:
    made = mended(PAGES[code].wrong.encode())
    assert [problem.code for problem in made.mended] == [code]
    assert checked(made.after.decode(), tmp_path) == ()


@pytest.mark.parametrize("code", [code for code in SHOWN if not PAGES[code].is_fixed and not PAGES[code].template])
def test_fix_leaves_alone_what_a_person_has_to_decide(code: str) -> None:
    assert not mended(PAGES[code].wrong.encode()).has_changed


def test_a_page_shows_heading_text_examples_and_source() -> None:
    for language, words in {"en": ("Wrong:", "Right:", "Source:"), "pl": ("Źle:", "Dobrze:", "Źródło:")}.items():
        page = PAGES["lost-hashtag"].page(language)
        assert page.startswith("lost-hashtag (error): ")
        assert [word for word in words if word not in page] == []
        assert "publisher fix" in page


def test_a_code_that_does_not_exist_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="no problem called") as refused:
        explanation("lost-hastag")
    assert refused.value.remedy == "did you mean lost-hashtag?"


def _problems(page: Explanation, example: str, folder: Path) -> tuple[Problem, ...]:
    """What ``check`` says of an example: of the file that it is, or of one that uses the template that it is."""
    (folder / "readers.csv").write_text("email\nreader@example.org\n")
    if not page.template:
        return checked(example, folder)
    template = folder / "templates" / page.template
    template.parent.mkdir(parents=True, exist_ok=True)
    template.write_text(example, encoding="utf-8")
    return checked(page.schedule, folder)


def _differing(page: Explanation) -> int:
    wrong, right = page.wrong.splitlines(), page.right.splitlines()
    return len([line for line in wrong if line not in right]) + len([line for line in right if line not in wrong])

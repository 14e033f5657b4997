"""Every template says in every language, on every channel, what was agreed: golden/templates/*/*.txt."""

from __future__ import annotations

import itertools
import re

import pytest
from golden_templates import CHANNELS, GOLDEN, LANGUAGES, NAMES, draft, written

from publisher.model import Form

NOT_ORDINARY = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufdd0-\ufdef\ufeff]")


@pytest.mark.parametrize(("name", "language"), list(itertools.product(NAMES, LANGUAGES)))
def test_the_words_are_those_that_were_agreed(name: str, language: str) -> None:
    agreed = (GOLDEN / name / f"{language}.txt").read_text(encoding="utf-8")

    assert written(name, language).splitlines() == agreed.splitlines(), "look at it, then run: make golden"


def test_there_is_a_file_for_each_template_and_language_and_no_other() -> None:
    there = {(path.parent.name, path.stem) for path in GOLDEN.glob("*/*.txt")}

    assert there == set(itertools.product(NAMES, LANGUAGES))


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("name", NAMES)
def test_only_html_holds_spaces_that_do_not_break(name: str, kind: str) -> None:
    for language in LANGUAGES:
        words = draft(name, language, kind)

        assert not NOT_ORDINARY.search(words.text + words.subject + words.preheader)
        assert CHANNELS[kind] is Form.POST or not re.search("[\u2009\u202f\ufdd0-\ufdef]", words.html)

"""Sixteen mistakes that people make, with the exact place, code and words of the only problem in the file.

``rest`` makes a whole file of the snippet; it stands behind it, so that lines and columns hold.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from checked_files import checked

from publisher.cli.checks import record
from publisher.sentences import Speaker

MISTAKES = json.loads((Path(__file__).parent / "shared_mistakes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{one['n']} {one['title']}" for one in MISTAKES])
def test_a_shared_mistake_is_told_in_these_words(mistake: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "readers.csv").write_text("email\nreader@example.org\n")
    found = [record(problem, Speaker("en")) for problem in checked(mistake["snippet"] + mistake["rest"], tmp_path)]
    told = [(one["line"], one["column"], one["code"], one["severity"], one["message"], one["hint"]) for one in found]
    assert told == [tuple(mistake[name] for name in ("line", "col", "code", "severity", "message", "hint"))]

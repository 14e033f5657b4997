"""The catalogue of problems: a page for each code, in every language, with examples and the source.

Each page is a file ``<code>.yaml`` in this folder. The examples are tested: ``wrong`` gives the code, ``right``
nothing.
``docs/problems.md`` is made from these pages (`make docs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import yaml

from publisher.errors import SettingsError

_FOLDER = Path(__file__).parent

#: Other names → the code under which a problem is told.
OTHER_NAMES: Mapping[str, str] = {
    "deadline-order": "register-late",
    "length": "too-long",
    "weekday-match": "weekday-mismatch",
}
_HEADINGS = {
    "en": {"wrong": "Wrong", "right": "Right", "fix": "`publisher fix` mends this.", "source": "Source"},
    "pl": {"wrong": "Źle", "right": "Dobrze", "fix": "`publisher fix` to naprawi.", "source": "Źródło"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One page. ``wrong`` and ``right`` are whole schedule files, and may be empty where no file shows it.

    Where a ``template`` is named they are the content of that file in ``templates/``, and ``schedule`` uses it.
    """

    code: str
    severities: tuple[str, ...]
    title: Mapping[str, str]
    text: Mapping[str, str]
    source: Mapping[str, str]
    is_fixed: bool
    wrong: str
    right: str
    template: str = ""
    schedule: str = ""

    def page(self, language: str) -> str:
        """The page as plain text."""
        words = _HEADINGS[language]
        parts = [f"{self.code} ({', '.join(self.severities)}): {self.title[language]}", self.text[language].strip()]
        if self.is_fixed:
            parts.append(words["fix"])
        for name, example in (("wrong", self.wrong), ("right", self.right)):
            if example:
                head = f"{words[name]} (templates/{self.template}):" if self.template else f"{words[name]}:"
                parts.append(f"{head}\n\n{_indented(example)}")
        parts.append(f"{words['source']}: {self.source[language]}")
        return "\n\n".join(parts)


def _indented(example: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in example.rstrip().split("\n"))


def called(name: str) -> str:
    """The code of a problem or rule, by any of its names."""
    return OTHER_NAMES.get(name, name)


@cache
def codes() -> tuple[str, ...]:
    """All codes, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def explanation(code: str) -> Explanation:
    """The page of a code. Raises `SettingsError` when there is none."""
    code = called(code)
    if code not in codes():
        near = get_close_matches(code[:40], codes(), n=1)
        remedy = f"did you mean {near[0]}?" if near else "all codes: publisher explain"
        raise SettingsError(f"there is no problem called “{code}”", subject="explain", remedy=remedy)
    read = yaml.safe_load((_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return Explanation(
        code=code,
        severities=tuple(read["severity"].split()),
        title=read["title"],
        text=read["text"],
        source=read["source"] if isinstance(read["source"], dict) else dict.fromkeys(_HEADINGS, read["source"]),
        is_fixed=read.get("fixed", False),
        wrong=read.get("wrong", ""),
        right=read.get("right", ""),
        template=read.get("template", ""),
        schedule=read.get("schedule", ""),
    )

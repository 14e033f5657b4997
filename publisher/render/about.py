"""``about.yaml`` of a template folder: what the announcement is, and when its words are true."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from publisher.errors import TemplateBroken
from publisher.sentences import sentence
from publisher.timing.truth import Truth

FILE = "about.yaml"


def truth_of(template: str, folders: Sequence[Path]) -> Truth:
    """The time span in which this template's words are true; without an about.yaml: always.

    Raises `TemplateBroken` when the file can't be understood.
    """
    for folder in folders:
        home = folder / template
        if home.is_dir():
            about = home / FILE
            return _read(about, about.stat().st_mtime_ns) if about.is_file() else Truth.ALWAYS
    return Truth.ALWAYS


@lru_cache(maxsize=256)
def _read(about: Path, _changed: int) -> Truth:
    try:
        facts = yaml.load(about.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  builds text only
        return Truth(facts.get("true", Truth.ALWAYS) if isinstance(facts, dict) else Truth.ALWAYS)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise TemplateBroken(
            sentence(
                "about.yaml says something about when it is true that I don't understand ({said}).", said=str(error)
            ),
            subject=str(about),
            remedy=sentence("Write “true:” with one of: {names}.", names=", ".join(Truth)),
            path=about,
            word="true",
        ) from None

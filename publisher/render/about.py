"""``about.yaml`` of a template folder: what the announcement is, and when its words are true."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from publisher.errors import TemplateBroken
from publisher.render.sources import DISK, Sources
from publisher.sentences import sentence
from publisher.timing.truth import Truth

FILE = "about.yaml"


def truth_of(template: str, folders: Sequence[Path], *, sources: Sources = DISK) -> Truth:
    """The time span in which this template's words are true; without an about.yaml: always.

    Raises `TemplateBroken` when the file can't be understood.
    """
    for folder in folders:
        home = folder / template
        if sources.is_folder(home):
            return _read(home / FILE, sources) if FILE in sources.files(home) else Truth.ALWAYS
    return Truth.ALWAYS


def _read(about: Path, sources: Sources) -> Truth:
    try:
        return _truth(sources.read(about))
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


@lru_cache(maxsize=256)
def _truth(content: bytes) -> Truth:
    facts = yaml.load(content.decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  builds text only
    return Truth(facts.get("true", Truth.ALWAYS) if isinstance(facts, dict) else Truth.ALWAYS)

"""``about.yaml`` of a template folder: what the announcement is, when its words are true, and if it makes threads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from publisher.errors import TemplateBroken
from publisher.render.sources import DISK, Sources
from publisher.sentences import sentence
from publisher.timing.truth import Truth

FILE = "about.yaml"


_YES, _NO = ("yes", "true", "on"), ("no", "false", "off")


class About(NamedTuple):
    """What an about.yaml says; without one, what goes without saying."""

    truth: Truth = Truth.ALWAYS
    makes_threads: bool = False  #: whether a line ``---`` divides a text into the parts of a thread


class _Mistaken(ValueError):
    """The value of ``thread:`` is neither yes nor no."""


def truth_of(template: str, folders: Sequence[Path], *, sources: Sources = DISK) -> Truth:
    """The time span in which this template's words are true; without an about.yaml: always.

    Raises `TemplateBroken` when the file can't be understood.
    """
    return about(template, folders, sources=sources).truth


def about(template: str, folders: Sequence[Path], *, sources: Sources = DISK) -> About:
    """What the about.yaml of a template says. Raises `TemplateBroken` when it can't be understood."""
    for folder in folders:
        home = folder / template
        if sources.is_folder(home):
            return _read(home / FILE, sources) if FILE in sources.files(home) else About()
    return About()


def _read(file: Path, sources: Sources) -> About:
    try:
        return _understood(sources.read(file))
    except _Mistaken as error:
        raise TemplateBroken(
            sentence("about.yaml says something about threads that I don't understand ({said}).", said=str(error)),
            subject=str(file),
            remedy=sentence("Write “thread: yes” or “thread: no”."),
            path=file,
            word="thread",
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise TemplateBroken(
            sentence(
                "about.yaml says something about when it is true that I don't understand ({said}).", said=str(error)
            ),
            subject=str(file),
            remedy=sentence("Write “true:” with one of: {names}.", names=", ".join(Truth)),
            path=file,
            word="true",
        ) from None


@lru_cache(maxsize=256)
def _understood(content: bytes) -> About:
    facts = yaml.load(content.decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  builds text only
    if not isinstance(facts, dict):
        return About()
    return About(Truth(facts.get("true", Truth.ALWAYS)), _makes_threads(facts.get("thread", "no")))


def _makes_threads(said: object) -> bool:
    word = str(said).lower()
    if word not in (*_YES, *_NO):
        raise _Mistaken(f"“{said}”")
    return word in _YES

"""``about.yaml`` of a template folder: what the announcement is, when its words are true, and if it makes threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from publisher.errors import TemplateBroken
from publisher.model import Texts
from publisher.render.sources import DISK, Sources
from publisher.sentences import sentence
from publisher.timing.truth import Truth

FILE = "about.yaml"
_YES_NO = dict.fromkeys(("yes", "true", "on"), True) | dict.fromkeys(("no", "false", "off"), False)


@dataclass(frozen=True, slots=True)
class About:
    """What a template says about itself."""

    truth: Truth = Truth.ALWAYS  #: the time span in which its words are true
    makes_threads: bool = False  #: whether a line ``---`` divides a text into the parts of a thread
    label: Texts = field(default_factory=lambda: MappingProxyType({}))  #: what it is, for the card: “Invitation”
    has_calendar: bool = False  #: whether its mails bring the event for the reader's calendar


def about(template: str, folders: Sequence[Path], *, sources: Sources = DISK) -> About:
    """What a template says about itself; without an about.yaml nothing.

    Raises `TemplateBroken` when the file can't be understood.
    """
    for folder in folders:
        home = folder / template
        if sources.is_folder(home):
            return _read(home / FILE, sources) if FILE in sources.files(home) else About()
    return About()


def truth_of(template: str, folders: Sequence[Path], *, sources: Sources = DISK) -> Truth:
    """The time span in which this template's words are true. Raises `TemplateBroken`."""
    return about(template, folders, sources=sources).truth


def _read(path: Path, sources: Sources) -> About:
    try:
        return _facts(sources.read(path))
    except _Mistaken as error:
        raise TemplateBroken(
            sentence("about.yaml says something about threads that I don't understand ({said}).", said=str(error)),
            subject=str(path),
            remedy=sentence("Write “thread: yes” or “thread: no”."),
            path=path,
            word="thread",
        ) from None
    except _Unclear:
        raise TemplateBroken(
            sentence("about.yaml has a “label” or a “calendar” that I don't understand."),
            subject=str(path),
            remedy=sentence("Write them like  {label}  and  calendar: yes", label="label: { en: Invitation }"),
            path=path,
            word="label",
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise TemplateBroken(
            sentence(
                "about.yaml says something about when it is true that I don't understand ({said}).", said=str(error)
            ),
            subject=str(path),
            remedy=sentence("Write “true:” with one of: {names}.", names=", ".join(Truth)),
            path=path,
            word="true",
        ) from None


class _Mistaken(ValueError):
    """The value of ``thread:`` is neither yes nor no."""


class _Unclear(Exception):
    """A label or a calendar that makes no sense."""


@lru_cache(maxsize=256)
def _facts(content: bytes) -> About:
    facts = yaml.load(content.decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  builds text only
    if not isinstance(facts, dict):
        return About()
    label, calendar = facts.get("label", {}), _YES_NO.get(str(facts.get("calendar", "no")).lower())
    if not isinstance(label, dict) or calendar is None:
        raise _Unclear
    return About(
        truth=Truth(facts.get("true", Truth.ALWAYS)),
        makes_threads=_makes_threads(facts.get("thread", "no")),
        label=label,
        has_calendar=calendar,
    )


def _makes_threads(said: object) -> bool:
    answer = _YES_NO.get(str(said).lower())
    if answer is None:
        raise _Mistaken(f"“{said}”")
    return answer

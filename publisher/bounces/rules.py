"""Rules that stand in files beside this one, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_PACKAGE = "publisher.bounces"


def load(name: str, *, package: str = _PACKAGE) -> Any:  # noqa: ANN401  each reader knows the form of its file
    """What stands in a file that comes with a package."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both are safe


@cache
def _signs() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = load("signs.yaml")
    return loaded


def signs(name: str) -> list[str]:
    """The patterns of one name in signs.yaml."""
    return _signs()[name]


@cache
def sign(name: str) -> re.Pattern[str]:
    """The same as one pattern."""
    return re.compile("|".join(f"(?:{one})" for one in signs(name)), re.IGNORECASE)


@cache
def at_begin(name: str) -> re.Pattern[str]:
    """The same at the beginning of a subject, whatever mail programs put before it."""
    alternatives = "|".join(f"(?:{one})" for one in signs(name))
    return re.compile(rf"^\s*\[?(?:(?:re|aw|odp|sv|vs|r|antw)\s*:\s*)?(?:{alternatives})", re.IGNORECASE)

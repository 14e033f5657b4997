"""What shapes are made of (`publisher.schedulefile.shapes`): text that fits, choices, and what an editor offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = dict[str, Any]


def nothing_but(*types: str) -> Shape:
    """Said so because editors offer “true” and “null” where a ``type`` allows them, and nobody wants those here."""
    return {"not": {"type": [name for name in _TYPES if name not in types]}}


_TYPES = ("string", "number", "boolean", "null", "array", "object")
BOOLEAN = nothing_but("boolean")
UNQUOTED = nothing_but("boolean", "number")
NOTHING = nothing_but("null")


def letters(*words: str) -> str:
    """A pattern for any of these words, in capitals or not; JSON Schema knows no flag for that."""
    return "|".join("".join(f"[{a.lower()}{a.upper()}]" if a.isalpha() else a for a in word) for word in words)


def written(pattern: str, sentence: str) -> Shape:
    """A text that fits; space around it, as quotes may hold, does not count."""
    return {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*$", "patternErrorMessage": sentence}


def choice(words: Mapping[str, str]) -> Shape:
    """One of these words, each with its meaning."""
    return {"type": "string", "enum": list(words), "enumDescriptions": list(words.values())}


def explained(words: Mapping[str, str]) -> Shape:
    """What an editor offers, each with its meaning."""
    return {
        "defaultSnippets": [{"label": label, "description": meaning, "body": label} for label, meaning in words.items()]
    }


def offered(*values: str | list[str]) -> Shape:
    """What an editor offers. Not ``examples``: an editor repeats those below each description."""
    labels = [value if isinstance(value, str) else f"[{', '.join(value)}]" for value in values]
    return {"defaultSnippets": [{"label": label, "body": value} for label, value in zip(labels, values, strict=True)]}


def one_or_list(one: Shape) -> Shape:
    """A single value is a list of one."""
    return {"anyOf": [{"anyOf": [{"type": "array", "items": one}, NOTHING]}, one]}


TEXT: Shape = {"anyOf": [{"type": "string", "minLength": 1}, UNQUOTED]}

#: What people write for “nothing of the kind”.
NO_WORDS = ("none", "no", "false", "off", "nie", "brak")

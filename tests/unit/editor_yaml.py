"""YAML as editors read it: with types, where publisher takes every scalar as text."""

from __future__ import annotations

import re
from typing import Any

import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2, core schema (section 10.3.2 of the specification): the usual setting."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012  the name that PyYAML looks for


Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Core.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
Core.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: float(loader.construct_scalar(node)))


class Old(yaml.SafeLoader):
    """YAML 1.1, a setting of editors: ``no`` is false and ``19:00`` is 1140. Dates stay text for a schema."""


Old.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def typed(text: str, reader: type[yaml.SafeLoader]) -> Any:  # noqa: ANN401  whatever the file holds
    """The file as that reader understands it."""
    return _with_names(yaml.load(text, reader))  # noqa: S506  both are safe loaders


def _with_names(value: Any) -> Any:  # noqa: ANN401
    """Keys are text to a schema, as in JSON."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key).lower(): _with_names(inner) for key, inner in value.items()}
    return [_with_names(inner) for inner in value] if isinstance(value, list) else value

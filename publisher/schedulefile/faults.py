"""From what the grammar refuses, in pydantic's words, to problems that people understand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from pydantic import ValidationError

from publisher.schedulefile.grammar import Part
from publisher.schedulefile.names import is_secret, meant, suggestion
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.tree import Mapping, Node, Path, Scalar, Span, find, is_empty, plain

P = TypeVar("P", bound=Part)

_Fault: TypeAlias = Any
"""One error record of pydantic: ``type``, ``loc``, ``ctx``."""

#: Of one group no more faults than this are told.
_MOST = 20

_GROUP_TYPES = ("model_type", "dict_type", "model_attributes_type")
_LIST_TYPES = ("list_type", "tuple_type")


@dataclass(frozen=True, slots=True)
class _Group:
    """The fields that are checked together: where they stand, what they should be, how they are called."""

    node: Mapping
    part: type[Part]
    about: str
    noun: str


def parse(findings: Findings, node: Node, part: type[P], *, about: str, noun: str) -> P | None:
    """The part that ``node`` holds, or None after noting what is wrong with it."""
    if not isinstance(node, Mapping):
        span = node.span if isinstance(node, Scalar) else _first_character(node)
        findings.add(
            "bad-value",
            f"{noun} consists of fields, one per line, each with its name.",
            hint=_fields_hint(_required(part) or list(_field_names(part, ()))),
            span=span,
            about=about,
        )
        return None
    try:
        return part.model_validate(plain(node))
    except ValidationError as error:
        faults: list[_Fault] = list(error.errors(include_url=False, include_input=False))
        for fault in _without_followers(faults, part)[:_MOST]:
            _tell(findings, fault, _Group(node, part, about, noun))
        return None


def _without_followers(faults: list[_Fault], part: type[Part]) -> list[_Fault]:
    """What is missing only because its name is misspelt is not told twice."""
    explained = set()
    for fault in faults:
        path: Path = tuple(fault["loc"])
        if fault["type"] == "extra_forbidden":
            explained.add((*path[:-1], meant(str(path[-1]), _field_names(part, path[:-1]))))
    return [fault for fault in faults if fault["type"] != "missing" or tuple(fault["loc"]) not in explained]


def _tell(findings: Findings, fault: _Fault, group: _Group) -> None:
    path: Path = tuple(fault["loc"])
    key, value = find(group.node, path)
    context = fault.get("ctx", {})
    if fault["type"] == "extra_forbidden":
        _tell_unknown(findings, path, group=group, span=key.span if key else value.span)
    elif fault["type"] == "missing":
        findings.add(
            "missing-key",
            f"{group.noun} lacks “{path[-1]}”{_inside(path)}.",
            hint=f"Add a line “{path[-1]}: …”.",
            span=_head(key, value),
            about=group.about,
        )
    elif context.get("key") in _field_names(group.part, path[:-1]) and isinstance(value, Mapping):
        findings.add(
            "bad-value",
            f"“{context['key']}” stands among the words of “{path[-1]}”.",
            hint=f"Line it up with “{path[-1]}”.",
            span=_refused(key, value, context),
            about=group.about,
        )
    elif "sentence" in context:
        span = _refused(key, value, context)
        findings.add(fault["type"], context["sentence"], hint=context["hint"], span=span, about=group.about)
    else:
        code, message, hint = _of_wrong_kind(fault, value, group.part)
        span = value.span if isinstance(value, Scalar) else _head(key, value)
        findings.add(code, message, hint=hint, span=span, about=group.about)


def _tell_unknown(findings: Findings, path: Path, *, group: _Group, span: Span) -> None:
    name = str(path[-1])
    if is_secret(name):
        findings.add(
            "secret-in-file",
            "A password or token must never stand in this file: it is shared. I do not show its value.",
            hint="Delete it here and revoke it, it counts as leaked; a new one belongs in the environment or in .env.",
            span=span,
            about=group.about,
        )
        return
    noun = group.noun[0].lower() + group.noun[1:]
    findings.add(
        "unknown-key",
        f"“{name}” is not something {noun} can have{_inside(path)}.",
        hint=suggestion(name, _field_names(group.part, path[:-1])),
        span=span,
        about=group.about,
    )


def _of_wrong_kind(fault: _Fault, value: Node, part: type[Part]) -> tuple[str, str, str]:
    """Code, sentence and hint for a value that is a text, a list or a group where another of these is due."""
    path: Path = tuple(fault["loc"])
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if isinstance(value, Scalar) and is_empty(value):
        return "missing-key", "The value is missing here.", "Write it after the colon, or delete the line."
    if fault["type"] in _GROUP_TYPES:
        hint = _fields_hint(list(_field_names(part, path)))
        return "bad-value", f"“{name}” consists of fields, one per line, each with its name.", hint
    if fault["type"] in _LIST_TYPES:
        return "bad-value", f"“{name}” is a list.", "Begin each entry with a dash: “- …”, or write [one, two]."
    if fault["type"] != "enum":
        return "bad-value", f"This does not fit “{name}”.", "Compare it with the example."
    if not isinstance(value, Scalar):
        return "bad-value", f"One word is expected after “{name}”.", "Write it on the same line."
    choices = re.findall(r"'([^']*)'", str(fault["ctx"]["expected"]))
    near = meant(value.text, choices)
    hint = f"Did you mean “{near}”? " if near else ""
    message = f"“{value.text}” is none of the choices for “{name}”."
    return "bad-value", message, f"{hint}Write one of: {', '.join(choices)}."


def _inside(path: Path) -> str:
    parents = [str(step) for step in path[:-1] if isinstance(step, str)]
    return f" under “{parents[-1]}”" if parents else ""


def _required(part: type[Part]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items() if field.is_required()]


def _fields_hint(names: list[str]) -> str:
    fields = ", ".join(f"“{name}: …”" for name in names)
    return f"Write them below it, indented: {fields}" if fields else "Write them below it, indented: “name: value”."


@lru_cache(maxsize=256)
def _field_names(part: type[Part], path: Path) -> tuple[str, ...]:
    """What may stand at this path of the part, under the names of the file."""
    if not path:
        return tuple(field.alias or name for name, field in part.model_fields.items())
    root: dict[str, Any] = part.model_json_schema(mode="validation")
    schema = root
    for step in path:
        inner = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
        schema = _resolved(inner, root)
    return tuple(schema.get("properties", {}))


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice:
            schema = choice
    if "$ref" in schema:
        found: dict[str, Any] = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _head(key: Scalar | None, value: Node) -> Span:
    """The key when there is one, else the beginning of the value."""
    if key is not None:
        return key.span
    return value.span if isinstance(value, Scalar) else _first_character(value)


def _first_character(node: Node) -> Span:
    span = node.span
    return Span(span.line, span.column, span.line, span.column + 1)


def _refused(key: Scalar | None, value: Node, context: dict[str, Any]) -> Span:
    """The characters that a field did not take; of a group of words the language in question."""
    inner = context.get("key")
    if isinstance(value, Mapping) and inner is not None:
        return _head(value.key(inner), value)
    if not isinstance(value, Scalar):
        return _head(key, value)
    span, offset, length = value.span, context.get("offset", 0), context.get("length", 0)
    if span.line != span.end_line or (not offset and not length):
        return span
    quote = 0 if value.plain else 1
    column = min(span.column + offset + quote, max(span.end_column - 1, span.column))
    end = min(column + length, span.end_column) if length else span.end_column - quote
    return Span(span.line, column, span.line, max(end, column + 1))

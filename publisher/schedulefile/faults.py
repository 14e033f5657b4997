"""From what the grammar refuses, in pydantic's words, to problems that people understand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from pydantic import ValidationError

from publisher.model import Edit
from publisher.schedulefile.grammar import DefaultsPart, Part, PicturePart
from publisher.schedulefile.names import meant, suggestion
from publisher.schedulefile.nouns import Noun
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Path, Scalar, Span, find, is_empty, plain
from publisher.schedulefile.secrets import is_secret, secret_hint, secret_message
from publisher.sentences import Sentence, sentence

P = TypeVar("P", bound=Part)

_Fault: TypeAlias = Any
"""One error record of pydantic: ``type``, ``loc``, ``ctx``."""

#: Of one group no more faults than this are told.
_MOST = 20

_LANGUAGE = re.compile(r"[a-z]{2}")
_GROUP_TYPES = ("model_type", "dict_type", "model_attributes_type")
_LIST_TYPES = ("list_type", "tuple_type")


@dataclass(frozen=True, slots=True)
class _Group:
    """The fields that are checked together: where they stand, what they should be, how they are called."""

    node: Mapping
    part: type[Part]
    about: str
    noun: Noun


def parse(findings: Findings, node: Node, part: type[P], *, about: str, noun: Noun) -> P | None:
    """The part that ``node`` holds, or None after noting what is wrong with it."""
    if not isinstance(node, Mapping):
        findings.add(
            "bad-value",
            sentence("{noun} consists of fields, one per line, each with its name.", noun=noun.capital),
            hint=_fields_hint(_required(part) or list(_field_names(part, ()))),
            span=node.span if isinstance(node, Scalar) else _first_character(node),
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
        _tell_missing(findings, path, group=group, span=_head(key, value))
    elif "sentence" in context:
        _tell_refused(findings, fault, group=group)
    else:
        code, message, hint = _of_wrong_kind(fault, value, group.part)
        span = value.span if isinstance(value, Scalar) else _head(key, value)
        findings.add(code, message, hint=hint, span=span, about=group.about)


def _tell_missing(findings: Findings, path: Path, *, group: _Group, span: Span) -> None:
    if path[-1] == "alt" and _part_at(group.part, path[:-1]) is PicturePart:
        findings.add(
            "alt-missing",
            sentence(
                "This picture has no “alt” text, so blind readers get nothing"
                " (WCAG 2.1 SC 1.1.1; ustawa o dostępności cyfrowej)."
            ),
            hint=sentence(
                "Add  alt: {{ {languages} }}. Describe what matters in the picture, one sentence.",
                languages=", ".join(f"{language}: …" for language in findings.languages),
            ),
            span=span,
            about=group.about,
        )
        return
    message = sentence("{noun} lacks “{name}”.", noun=group.noun.capital, name=path[-1])
    if parent := _parent(path):
        message = sentence(
            "{noun} lacks “{name}” under “{parent}”.", noun=group.noun.capital, name=path[-1], parent=parent
        )
    hint = sentence("Add a line “{name}: …”.", name=path[-1])
    findings.add("missing-key", message, hint=hint, span=span, about=group.about)


def _tell_refused(findings: Findings, fault: _Fault, *, group: _Group) -> None:
    """What a field of ours refused (`publisher.schedulefile.refusal.wrong`)."""
    path: Path = tuple(fault["loc"])
    key, value = find(group.node, path)
    context = fault["ctx"]
    span = _refused(key, value, context)
    inner = context.get("key")
    if inner is not None and inner in _field_names(group.part, path[:-1]):
        findings.add(
            "bad-value",
            sentence("“{inner}” stands among the words of “{name}”.", inner=inner, name=path[-1]),
            hint=sentence("Line it up with “{name}”.", name=path[-1]),
            span=span,
            about=group.about,
        )
        return
    hint = context["hint"]
    if context.get("day"):
        hint = _spelled_out(context["day"], findings.main_language)
    instead = context.get("instead")
    mend = (Edit(span.place(findings.file), instead),) if instead and isinstance(value, Scalar) else ()
    findings.add(fault["type"], context["sentence"], hint=hint, span=span, about=group.about, mend=mend)


def _spelled_out(day: Any, language: str) -> Sentence:  # noqa: ANN401  pydantic keeps it untyped
    """The day as people say it: whoever wrote 11.05.2027 sees at once whether that is what was meant."""
    from publisher.render.dates import day_in_words

    words = day_in_words(day, language, style="weekday")
    return sentence("Did you mean {day} ({words})? `publisher fix` rewrites it.", day=day, words=words)


def _tell_unknown(findings: Findings, path: Path, *, group: _Group, span: Span) -> None:
    name = str(path[-1])
    if is_secret(name):
        section, _, entry = group.about.partition("/")
        hint = secret_hint(entry if section == "channels" else "")
        findings.add("secret-in-file", secret_message(), hint=hint, span=span, about=group.about)
        return
    message = sentence("“{name}” is not something {noun} can have.", name=name, noun=group.noun.small)
    if parent := _parent(path):
        message = sentence(
            "“{name}” is not something {noun} can have under “{parent}”.",
            name=name,
            noun=group.noun.small,
            parent=parent,
        )
    names = _field_names(group.part, path[:-1])
    written, equals, value = name.partition("=")
    hint = suggestion(name, names)
    if equals and meant(written, names):
        hint = sentence("Write a colon:  {name}: {value}", name=meant(written, names), value=value.strip())
    elif not meant(name, names) and name in _field_names(DefaultsPart, ()):
        hint = sentence("“{name}” stands under “defaults”, or with a channel.", name=name)
    elif _LANGUAGE.fullmatch(name) and not meant(name, names):
        hint = sentence("If this is a language, indent the line below the field that it belongs to, like title.")
    findings.add("unknown-key", message, hint=hint, span=span, about=group.about)


def _of_wrong_kind(fault: _Fault, value: Node, part: type[Part]) -> tuple[str, Sentence, Sentence]:
    """Code, sentence and hint for a value that is a text, a list or a group where another of these is due."""
    path: Path = tuple(fault["loc"])
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if isinstance(value, Scalar) and is_empty(value):
        hint = sentence("Write it after the colon, or delete the line.")
        return "missing-key", sentence("The value is missing here."), hint
    if fault["type"] in _GROUP_TYPES:
        message = sentence("“{name}” consists of fields, one per line, each with its name.", name=name)
        if isinstance(path[-1], int):
            message = sentence("Each entry of “{name}” consists of fields, each with its name.", name=name)
        return "bad-value", message, _fields_hint(list(_field_names(part, path)))
    if fault["type"] in _LIST_TYPES:
        hint = sentence("Begin each entry with a dash: “- …”, or write [one, two].")
        return "bad-value", sentence("“{name}” is a list.", name=name), hint
    if fault["type"] != "enum":
        return "bad-value", sentence("This does not fit “{name}”.", name=name), sentence("Compare it with the example.")
    if not isinstance(value, Scalar):
        message = sentence("One word is expected after “{name}”.", name=name)
        return "bad-value", message, sentence("Write it on the same line.")
    return _no_choice(name, value.text, re.findall(r"'([^']*)'", str(fault["ctx"]["expected"])))


def _no_choice(name: str, written: str, choices: list[str]) -> tuple[str, Sentence, Sentence]:
    message = sentence("“{written}” is none of the choices for “{name}”.", written=written, name=name)
    listed = ", ".join(choices)
    if near := meant(written, choices):
        return (
            "bad-value",
            message,
            sentence("Did you mean “{near}”? Write one of: {listed}.", near=near, listed=listed),
        )
    return "bad-value", message, sentence("Write one of: {listed}.", listed=listed)


def _parent(path: Path) -> str:
    """The name of the group within the group that a field stands in, if any."""
    parents = [step for step in path[:-1] if isinstance(step, str)]
    return parents[-1] if parents else ""


def _required(part: type[Part]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items() if field.is_required()]


def _fields_hint(names: list[str]) -> Sentence:
    if not names:
        return sentence("Write them below it, indented: “name: value”.")
    fields = ", ".join(f"“{name}: …”" for name in names)
    return sentence("Write them below it, indented: {fields}", fields=fields)


def _part_at(part: type[Part], path: Path) -> type[Part] | None:
    """The kind of group that stands at a path of names, as far as it is a plain one."""
    found: type[Part] | None = part
    for step in path:
        field = next(
            (field for name, field in (found.model_fields.items() if found else ()) if (field.alias or name) == step),
            None,
        )
        kinds = getattr(field.annotation, "__args__", (field.annotation,)) if field else ()
        found = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Part)), None)
    return found


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

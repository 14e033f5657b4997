"""Problems of the file: made from what the grammar refuses, each with its place, its sentence and its mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from publisher.model import Problem, Severity
from publisher.schedulefile.grammar import Part
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.tree import Mapping, Node, Path, Scalar, Span, find, plain

P = TypeVar("P", bound=Part)


class Findings:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(  # noqa: PLR0913  a problem has that many parts
        self, code: str, message: str, *, hint: str, span: Span, about: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """Note a problem at a place."""
        place = span.place(self.file)
        self.found.append(Problem(code=code, severity=severity, message=message, hint=hint, place=place, about=about))

    def parse(self, node: Node, part: type[P], *, about: str, noun: str) -> P | None:
        """The part that ``node`` holds, or None after noting what is wrong with it."""
        if not isinstance(node, Mapping):
            self.add(
                "bad-value",
                f"{noun} needs fields of its own here.",
                hint="Write one per line below, indented, like “name: value”.",
                span=node.span,
                about=about,
            )
            return None
        try:
            return part.model_validate(plain(node))
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                self._note(fault, node, part, about=about, noun=noun)
            return None

    def _note(self, fault: Any, node: Node, part: type[Part], *, about: str, noun: str) -> None:  # noqa: ANN401  pydantic's error record
        path: Path = tuple(fault["loc"])
        key, value = find(node, path)
        context = fault.get("ctx", {})
        if fault["type"] == "extra_forbidden":
            name = str(path[-1])
            self.add(
                "unknown-key",
                f"“{name}” is not something {_article(noun)} can have{_inside(path)}.",
                hint=suggestion(name, _field_names(part, path[:-1])),
                span=key.span if key else value.span,
                about=about,
            )
        elif fault["type"] == "missing":
            self.add(
                "missing-key",
                f"{noun} lacks “{path[-1]}”{_inside(path)}.",
                hint=f"Add a line “{path[-1]}: …”.",
                span=_head(key, value),
                about=about,
            )
        else:
            message = context.get("sentence") or _generic(fault, value)
            code = fault["type"] if "sentence" in context else "bad-value"
            hint = context.get("hint") or _choices(context) or "Compare it with the example."
            span = _within(value, int(context.get("offset", 0))) if isinstance(value, Scalar) else _head(key, value)
            self.add(code, message, hint=hint, span=span, about=about)


def _article(noun: str) -> str:
    return noun[0].lower() + noun[1:]


def _inside(path: Path) -> str:
    parents = [str(step) for step in path[:-1] if isinstance(step, str)]
    return f" under “{parents[-1]}”" if parents else ""


def _field_names(part: type[Part], path: Path) -> list[str]:
    """What may stand at this path of the part, under the names of the file."""
    fields: dict[str, Any] = part.model_json_schema(mode="validation") if path else {}
    if not path:
        return [field.alias or name for name, field in part.model_fields.items()]
    schema: dict[str, Any] = fields
    for step in path:
        schema = _resolve(schema.get("items" if isinstance(step, int) else "properties", {}), fields)
        schema = _resolve(schema if isinstance(step, int) else schema.get(step, {}), fields)
    return list(schema.get("properties", {}))


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice:
            schema = choice
    if "$ref" in schema:
        found: dict[str, Any] = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _head(key: Scalar | None, value: Node) -> Span:
    """The key when there is one, else the first line of the value."""
    if key is not None:
        return key.span
    span = value.span
    return Span(span.line, span.column, span.line, span.column + 1) if not isinstance(value, Scalar) else span


def _within(value: Scalar, offset: int) -> Span:
    """The rest of a one-line value from ``offset`` on."""
    span = value.span
    if offset <= 0 or span.line != span.end_line:
        return span
    column = min(span.column + offset + (0 if value.plain else 1), max(span.end_column - 1, span.column))
    return Span(span.line, column, span.line, span.end_column)


def _generic(fault: Any, value: Node) -> str:  # noqa: ANN401
    written = f"“{value.text}”" if isinstance(value, Scalar) else "This"
    if fault["type"] == "enum":
        return f"{written} is none of the choices."
    if fault["type"] in ("list_type", "tuple_type"):
        return "A list is expected here."
    if fault["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return "Fields of its own are expected here, one per line, indented."
    return f"{written} does not fit here."


def _choices(context: dict[str, Any]) -> str:
    expected = str(context.get("expected", "")).replace("'", "")
    return f"Write one of: {expected}." if expected else ""


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """By place in the file, each once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (problem.place.line, problem.place.column)))


def inside(problems: list[Problem], span: Span) -> Iterator[Problem]:
    """Those errors that lie within this part of the file."""
    for problem in problems:
        start = (problem.place.line - 1, problem.place.column - 1)
        if problem.severity is Severity.ERROR and (span.line, span.column) <= start < (span.end_line, span.end_column):
            yield problem

"""The JSON Schema of the schedule file: what editors know about it. Made from the grammar, so that it can't differ.

Draft-07, which every editor's YAML support reads. Nothing stands in ``definitions``: there a ``$ref`` hides the
description beside it (draft-07, section 8.3), and the description is what people see.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from publisher.schedulefile import grammar as g
from publisher.schedulefile import mailshapes, shapes, targetgrammar
from publisher.schedulefile.shapeparts import NOTHING, Shape

#: Sections in the order in which a file is read, each with what editors say about it.
_SAID = {
    "version": "The version of this file's form. Example: `1`, there is no other yet.",
    "project": "Who speaks: the project or office, its page, its contact and its funding.",
    "defaults": "What holds for every channel that doesn't say otherwise: clock, languages, quiet hours.",
    "blackouts": "Days on which nothing goes out by itself. Example: `[{ from: 2027-04-12, to: 2027-04-14, why: … }]`.",
    "channels": "Where you publish, each under a name of your choice. Passwords and tokens never stand here.",
    "audiences": "Mailing lists, each under a name of your choice; e-mail channels write to them.",
    "cadences": "Recipes, each under a name of your choice: when to say what, counted from an event's own dates.",
    "events": "What takes place, and is announced by the steps of its cadence.",
    "posts": "Texts that belong to no event, sent once or again and again.",
    "digests": "Summaries of the events that lie ahead, sent again and again.",
}

#: Headings of an event with nothing below them are as good as none; their validators say so, their types don't.
_MAY_BE_EMPTY = ("where", "register", "mention", "changes")

#: Whole entries that an editor offers, as a start: the fields that nearly everybody needs.
_STARTS: dict[str, tuple[str, Shape]] = {
    "events": (
        "A new event",
        {
            "id": "${1:open-day-2027}",
            "status": "draft",
            "cadence": "${2:name}",
            "when": "${3:2027-05-13 10:00-16:00}",
            "title": {"en": "${4:Open day}"},
        },
    ),
    "posts": (
        "A new post",
        {
            "id": "${1:europe-day-2027}",
            "send": "${2:2027-05-07 12:00}",
            "to": ["${3:twitter}"],
            "text": {"en": "${4:Happy Europe Day!}"},
        },
    ),
    "digests": (
        "A new digest",
        {
            "id": "${1:monthly}",
            "send": "${2:first working day of the month at 09:00}",
            "to": ["${3:news-en}"],
            "covers": "${4:next 45 days}",
        },
    ),
}


def json_schema(*, channel_types: Iterable[str] = ()) -> Shape:
    """The schema of the whole file. ``channel_types`` are those that may stand after ``type``; none: any text may."""
    sections = _sections(sorted(channel_types))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "What is announced, where and when.",
        "type": "object",
        "properties": {name: {**shape, **_said(_SAID[name])} for name, shape in sections.items()},
        "additionalProperties": False,
    }


def as_file(*, channel_types: Iterable[str]) -> str:
    """The schema as it is shipped (`schedules.schema.json`, written by ``make schema``)."""
    return json.dumps(json_schema(channel_types=channel_types), ensure_ascii=False, indent=1) + "\n"


def _sections(channel_types: list[str]) -> dict[str, Shape]:
    channel, event = _part(g.ChannelPart), _part(g.EventPart)
    if channel_types:
        _name_types(channel, event, channel_types)
    event["properties"] |= {name: _or_nothing(event["properties"][name]) for name in _MAY_BE_EMPTY}
    entries = {"events": event, "posts": _part(g.PostPart), "digests": _part(g.DigestPart)}
    return {
        "version": {"enum": [1, "1", "", None], "errorMessage": "Write: version: 1"},
        "project": _or_nothing(_part(g.ProjectPart)),
        "defaults": _or_nothing(_part(g.DefaultsPart)),
        "blackouts": _list_of(_part(g.BlackoutPart)),
        "channels": _named(_or_nothing(channel)),
        "audiences": _named({**_part(g.AudiencePart), **mailshapes.NEEDS_BASIS}),
        "cadences": _named({**_said("A recipe: a list of steps."), "type": "array", "items": _part(g.StepPart)}),
        **{name: _list_of({**entry, **_start(name)}) for name, entry in entries.items()},
    }


def _name_types(channel: Shape, event: Shape, channel_types: list[str]) -> None:
    """Say which types of channels there are, where they are named; an alias of one is as good (``x``)."""
    channel["properties"]["type"] |= shapes.channel_type(channel_types)
    mention = event["properties"]["mention"]
    mention["properties"] = {
        name: {**mention["additionalProperties"], **_said(f"Accounts to name in posts on {name}.")}
        for name in channel_types
    }


def _start(section: str) -> Shape:
    label, body = _STARTS[section]
    said = f"The usual fields, to fill in: {', '.join(body)}."
    return {"defaultSnippets": [{"label": label, "description": said, "body": body}]}


def _list_of(shape: Shape) -> Shape:
    return _or_nothing({"type": "array", "items": shape})


def _named(shape: Shape) -> Shape:
    """Any name may stand before the colon."""
    return _or_nothing({"type": "object", "additionalProperties": shape})


def _or_nothing(shape: Shape) -> Shape:
    """The shape, or nothing after the colon."""
    if shape.get("type") in ("object", "array"):
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, NOTHING]}


# --- from pydantic's schema to one for people --------------------------------------------------------------


def _part(part: type[g.Part]) -> Shape:
    root = part.model_json_schema(mode="validation")
    shape: Shape = _for_people(root, root.get("$defs", {}))
    return shape


def _for_people(shape: Shape, parts: dict[str, Shape]) -> Shape:
    """Parts put in their places, without what pydantic adds for programs, and without what only the model needs."""
    if "$ref" in shape:
        beside = {key: value for key, value in shape.items() if key != "$ref"}
        return _for_people({**parts[shape["$ref"].rsplit("/", 1)[-1]], **beside}, parts)
    kept: dict[str, Any] = {
        key: value for key, value in shape.items() if key not in ("title", "default", "$defs", "description")
    }
    if "properties" in kept:
        words = _docstrings().get(shape.get("title", ""), {})
        kept["properties"] = {
            name: _for_people(inner | ({"description": words[name]} if name in words else {}), parts)
            for name, inner in kept["properties"].items()
        }
    if isinstance(kept.get("items"), dict):
        kept["items"] = _for_people(kept["items"], parts)
    if "anyOf" in kept:
        kept |= _alternatives(kept.pop("anyOf"), parts)
    return {**_said(shape.get("description", "")), **kept}


@cache
def _docstrings() -> Mapping[str, Mapping[str, str]]:
    """Part → field, under its name in the file → the docstring below it in the grammar, own or inherited."""
    sources = (inspect.getsource(module) for module in (targetgrammar, g))
    classes = [node for text in sources for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    own = {node.name: dict(_documented(node)) for node in classes}
    return {
        part.__name__: {
            field.alias or name: next(
                own[base.__name__][name] for base in part.mro() if name in own.get(base.__name__, ())
            )
            for name, field in part.model_fields.items()
        }
        for part in (getattr(g, name) for name in own)
    }


def _documented(part: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(part.body, part.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)


def _alternatives(shapes_: list[Shape], parts: dict[str, Shape]) -> Shape:
    """Pydantic writes “this or nothing” as two alternatives; editors complete better when it is one."""
    found = [_for_people(shape, parts) for shape in shapes_]
    if found[-1] == {"type": "null"}:
        only = _or_nothing(found[0])
        return {key: value for key, value in only.items() if key not in ("description", "markdownDescription")}
    return {"anyOf": found}


def _said(words: str) -> Shape:
    """A description in Markdown, and the same as plain text."""
    line = " ".join(words.split())
    plain = line.replace("`", "")
    return {"description": plain, **({"markdownDescription": line} if plain != line else {})} if line else {}

"""Signs of brackets that don't fit together, and of commas that are missing or too many."""

from __future__ import annotations

import re
from functools import cache

from publisher.schedulefile.reading.fault import SyntaxFault, at
from publisher.schedulefile.reading.quoting import in_quotes, without_remark
from publisher.schedulefile.reading.scene import FAR, Scene
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

_CLOSING = {"[": "]", "{": "}"}
_NAMED = re.compile(r"[{,]\s*(?P<name>[^:{}\[\],\"'#]+):[ \t]+(?P<value>[^:{}\[\],\"']+)$")
_LAST_WORD = re.compile(r"(?<=\S)(?P<space>\s+)(?P<word>[a-z_]+)\s*$")
_CLOSERS = re.compile(r"[\]}](?:[\s\]}]*[\]}])?")
_REMARK = re.compile(r"(?:^|(?<=[\s\[{,]))#")
_VALUE_END = re.compile(r"[^,\]}{\[]*")


def colon_in_braces(scene: Scene) -> SyntaxFault | None:
    """``{ pl: Note: new room }``, or a comma that is missing before the next name."""
    if "flow mapping" not in scene.words or scene.here[scene.column : scene.column + 1] != ":":
        return None
    found = _NAMED.search(scene.here[: scene.column])
    if found is None:
        return None
    word = _LAST_WORD.search(found["value"])
    if word and word["word"] in _field_names():
        begin = found.start("value") + word.start("space")
        return _no_comma(scene, begin, before=word["word"])
    begin = found.start("value")
    value = without_remark(_text_at(scene.here, begin)).rstrip()
    span = Span(scene.line, begin, scene.line, begin + len(value))
    return SyntaxFault(
        "needs-quotes",
        sentence("A second “: ” in this line makes it unreadable."),
        sentence("Put the text in quotes:  {line}", line=f"{found['name'].strip()}: {in_quotes(value)}"),
        at(scene.line, scene.column),
        mend=(Replaced(span, in_quotes(value)),),
    )


def _text_at(line: str, column: int) -> str:
    found = _VALUE_END.match(line, column)
    return found[0] if found else ""


@cache
def _field_names() -> frozenset[str]:
    """The names of all fields of the file."""
    from publisher.schedulefile import grammar

    parts = [part for part in vars(grammar).values() if isinstance(part, type) and issubclass(part, grammar.Part)]
    return frozenset(field.alias or name for part in parts for name, field in part.model_fields.items())


def comma_missing(scene: Scene) -> SyntaxFault | None:
    """``{ account: "@office" languages: [pl] }``: two values without anything between them."""
    before = scene.here[: scene.column].rstrip()
    follows = re.match(r"[\w\"'\[{]+", scene.here[scene.column :])
    if "expected ',' or" not in scene.words or not before.endswith(('"', "'", "]", "}")) or follows is None:
        return None
    return _no_comma(scene, len(before), before=follows[0])


def _no_comma(scene: Scene, column: int, *, before: str) -> SyntaxFault:
    here = Span(scene.line, column, scene.line, column)
    return SyntaxFault(
        "bad-value",
        sentence("A comma is missing before “{word}”.", word=before),
        sentence("Put a comma between two values. `publisher fix` does it."),
        at(scene.line, column),
        mend=(Replaced(here, ","),),
    )


def wrong_bracket(scene: Scene) -> SyntaxFault | None:
    """``[twitter}``, or one closing bracket too many."""
    sign = scene.here[scene.column : scene.column + 1]
    if sign not in ("]", "}"):
        return None
    place = at(scene.line, scene.column)
    if "flow" not in scene.words:
        message = sentence("This “{sign}” closes nothing.", sign=sign)
        more = _CLOSERS.match(scene.here, scene.column)
        surplus = Span(scene.line, scene.column, scene.line, more.end() if more else scene.column + 1)
        hint = sentence("Delete it. `publisher fix` does it.")
        return SyntaxFault("bad-value", message, hint, surplus, mend=(Replaced(surplus, ""),))
    opened = _open_at(scene.here[: scene.column])
    if len(opened) != 1 or _CLOSING[opened[0]] == sign:
        return None
    message = sentence("What begins with “{begin}” ends with “{end}” here.", begin=opened[0], end=sign)
    right = _CLOSING[opened[0]]
    hint = sentence("Write “{end}” instead. `publisher fix` does it.", end=right)
    return SyntaxFault("bad-value", message, hint, place, mend=(Replaced(place, right),))


def opened_above(lines: list[str], line: int, column: int) -> tuple[int, int] | None:
    """Where the bracket stands that is still open at a place; None when that is too far above."""
    closed = 0
    for number in range(line, max(line - FAR, -1), -1):
        text = lines[number][:column] if number == line else lines[number]
        text = _REMARK.split(text, maxsplit=1)[0]  # a bracket behind “#” closes nothing
        for position in range(len(text) - 1, -1, -1):
            closed += (text[position] in "]}") - (text[position] in _CLOSING)
            if closed < 0:
                return number, position
    return None


def _open_at(before: str) -> list[str]:
    """The brackets that are open at the end of a text, the first one first."""
    opened: list[str] = []
    for sign in before:
        if sign in _CLOSING:
            opened.append(sign)
        elif opened and sign == _CLOSING[opened[-1]]:
            opened.pop()
    return opened


def comma_at_end(scene: Scene) -> SyntaxFault | None:
    """``text: "Hello",`` as in JSON."""
    rest = scene.here[scene.column :]
    if "flow" in scene.words or not rest.startswith(",") or without_remark(rest[1:]).strip():
        return None
    place = at(scene.line, scene.column)
    message = sentence("A line has no comma at its end.")
    return SyntaxFault(
        "bad-value", message, sentence("Delete the comma. `publisher fix` does it."), place, mend=(Replaced(place, ""),)
    )

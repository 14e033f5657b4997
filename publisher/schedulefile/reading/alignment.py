"""Signs of lines that stand too far left or right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.schedulefile.reading.fault import SyntaxFault, at, to_end
from publisher.schedulefile.reading.scene import Scene, indentation, opens_text
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

_DASH = re.compile(r"(?P<indent>[ ]*)-[ ]+")
_FIELD = re.compile(r"\s*[\w-]+:(?:\s|$)")
_TIGHT = re.compile(r"\s*(?:-\s+)?(?P<name>[a-z_]{2,}):(?=[^\s/:])")


def misaligned(scene: Scene) -> SyntaxFault | None:
    """A line within an entry that is indented by another number of spaces than the fields of the entry."""
    depth = len(indentation(scene.here))
    if "expected '-'" not in scene.words or scene.column != depth:
        return None
    entry = next((found for n in scene.above(scene.line) if (found := _DASH.match(scene.lines[n]))), None)
    if entry is None or not len(entry["indent"]) <= depth < entry.end():
        return None
    is_field = _FIELD.match(scene.here) is not None
    hint = sentence("Line it up with the fields of its entry: {n} spaces. `publisher fix` does it.", n=entry.end())
    if not is_field:
        hint = sentence("If it goes on with the text above, indent it like that. A new entry begins with “- ”.")
    return SyntaxFault(
        "bad-value",
        sentence("This line does not belong to the entry above: it is not indented far enough."),
        hint,
        at(scene.line, depth),
        mend=tuple(_indented(scene, depth, by=entry.end() - depth)) if is_field else (),
    )


def _indented(scene: Scene, depth: int, *, by: int) -> Iterator[Replaced]:
    """The line, and those below it that are indented no further and no less, up to the next entry."""
    for number in range(scene.line, len(scene.lines)):
        line = scene.lines[number]
        own = len(indentation(line))
        if number > scene.line and line.strip() and (own < depth or _DASH.match(line) or own >= depth + by):
            return
        if line.strip():
            yield Replaced(Span(number, 0, number, 0), " " * by)


def text_not_indented(scene: Scene) -> SyntaxFault | None:
    """The text below ``text: |``, which stands as far left as its name."""
    line = scene.begun[0]
    if "simple key" not in scene.words or not 0 < line < len(scene.lines):
        return None
    above = next((n for n in range(line - 1, -1, -1) if scene.lines[n].strip()), None)
    if above is None or not opens_text(scene.lines[above]):
        return None
    name = scene.lines[above].partition(":")[0].strip().removeprefix("- ")
    return SyntaxFault(
        "bad-value",
        sentence("This text is not indented, so it does not belong to “{name}:” above.", name=name),
        sentence("Begin each line of it two spaces further right than “{name}:”.", name=name),
        to_end(scene.lines, line, len(indentation(scene.lines[line]))),
        detour=tuple(_text_lines(scene.lines, line)),
    )


def _text_lines(lines: list[str], first: int) -> Iterator[Replaced]:
    depth = len(indentation(lines[first]))
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and (len(indentation(line)) < depth or _FIELD.match(line) or _DASH.match(line)):
            return
        yield Replaced(Span(number, 0, number, 0), "  ")


def no_space_after_colon(scene: Scene) -> SyntaxFault | None:
    """``send:2027-05-07 12:00``."""
    if "simple key" not in scene.words or scene.begun[0] >= len(scene.lines):
        return None
    line = scene.lines[scene.begun[0]]
    found = _TIGHT.match(line)
    if found is None:
        return None
    number, end = scene.begun[0], found.end()
    return SyntaxFault(
        "bad-value",
        sentence("There is no space after “{name}:”.", name=found["name"]),
        sentence("Write  {name}: {value}", name=found["name"], value=line[end:].strip()),
        Span(number, found.start("name"), number, end),
        mend=(Replaced(Span(number, end, number, end), " "),),
    )

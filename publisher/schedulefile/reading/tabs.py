"""How many spaces a tab was meant to be."""

from __future__ import annotations

import yaml

from publisher.schedulefile.reading.scene import indentation

_WIDTHS = (2, 4, 8)
_DEEPEST = 50
#: So far the text is looked at; whoever has so many lines with tabs is consistent in the others.
_MOST_EVENTS = 30_000
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def width_of(lines: list[str], numbers: list[int]) -> int:
    """The width with which YAML gets furthest, the smallest of those that do equally well."""
    return max(_WIDTHS, key=lambda width: (_readable(lines, numbers, width), -width))


def _readable(lines: list[str], numbers: list[int], width: int) -> int:
    """The line up to which the text can be read when tabs are so wide."""
    changed = list(lines)
    for number in numbers:
        old = indentation(lines[number])
        changed[number] = old.expandtabs(width) + lines[number][len(old) :]
    depth = 0
    try:
        for number, event in enumerate(yaml.parse("\n".join(changed), Loader=_LOADER)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST or number > _MOST_EVENTS:
                return int(event.start_mark.line)  # type: ignore[union-attr]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return mark.line if mark else 0
    return len(lines)

"""Signs of lines that are no part of the schedule: dividers, fences of Markdown, quoted mail."""

from __future__ import annotations

import re

from publisher.schedulefile.reading.fault import SyntaxFault, to_end
from publisher.schedulefile.reading.scene import Scene
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

_DIVIDER = re.compile(r"\s*(?P<sign>[=\-_*~+#])(?P=sign){2,}\s*")
_FENCE = re.compile(r"(?:```|~~~)\s*\w*\s*")
_QUOTED = re.compile(r">+[ ]?")


def stray(scene: Scene) -> SyntaxFault | None:
    """A line at which the parser gave up, or that it was reading."""
    for number in dict.fromkeys((scene.begun[0], scene.line)):
        if number < len(scene.lines) and (fault := _stray_at(scene.lines, number)):
            return fault
    return None


def _stray_at(lines: list[str], number: int) -> SyntaxFault | None:
    line = lines[number]
    whole = Span(number, 0, number, len(line))
    if _FENCE.fullmatch(line):
        return SyntaxFault(
            "bad-value",
            sentence("This line is Markdown, and no part of a schedule."),
            sentence("Delete it. `publisher fix` does it."),
            whole,
            mend=(Replaced(whole, ""),),
        )
    if _DIVIDER.fullmatch(line) and line.strip() != "---":
        return SyntaxFault(
            "bad-value",
            sentence("A divider like this is no part of a schedule."),
            sentence("Make a remark of it:  # {line}", line=line.strip()),
            whole,
            mend=(Replaced(whole.start, "# "),),
        )
    return _quoted_mail(lines, number) if _QUOTED.match(line) else None


def _quoted_mail(lines: list[str], number: int) -> SyntaxFault:
    found = [(n, match.end()) for n, line in enumerate(lines) if (match := _QUOTED.match(line))]
    return SyntaxFault(
        "bad-value",
        sentence("This line begins with “>”, as mail programs mark what they quote."),
        sentence("Delete the “>” at the beginning of each line. `publisher fix` does it."),
        to_end(lines, number, 0),
        mend=tuple(Replaced(Span(n, 0, n, end), "") for n, end in found),
    )


def ended(scene: Scene) -> SyntaxFault | None:
    """A line with ``...`` ends a file of YAML."""
    if "document start" not in scene.words:
        return None
    line = next(
        (n for n in range(min(scene.line, len(scene.lines) - 1), -1, -1) if scene.lines[n].strip() == "..."), None
    )
    if line is None:
        return None
    whole = Span(line, 0, line, len(scene.lines[line]))
    return SyntaxFault(
        "second-document",
        sentence("A line with ... ends the file here; what follows would not be read."),
        sentence("Delete the line with “...”. `publisher fix` does it."),
        whole,
        mend=(Replaced(whole, ""),),
    )

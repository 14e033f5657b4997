"""What the YAML parser complains about, in words for people.

The parser notices a mistake where it can't go on, which is often a line or more below it. So the signs of what people
get wrong are looked for first; only when there is none the parser's own words are translated.
"""

from __future__ import annotations

import yaml

from publisher.schedulefile.signs import Scene, SyntaxFault, cause, lines_of
from publisher.schedulefile.tree import Span

#: A piece of the parser's words → whether the fault lies where it began to read, sentence, hint. The first that fits.
_CAUSES = (
    (
        "unknown escape",
        False,
        "A backslash in double quotes has a meaning of its own.",
        "Use single quotes around this text, or write the backslash twice.",
    ),
    (
        "flow",
        True,
        "The bracket that opens here is not closed, or a comma is missing after it.",
        "Every { needs a }, every [ needs a ], and a comma stands between two values.",
    ),
    (
        "quoted scalar",
        True,
        "The quotation mark that opens here is not closed.",
        "Add the closing quotation mark.",
    ),
    (
        "simple key",
        True,
        "A colon is missing in this line.",
        "Write “name: value”, with a space after the colon; if it is text, indent it like the text above.",
    ),
    (
        "expected '-'",
        False,
        "This line does not begin with a dash like the entries of the list above.",
        "Write “- ” before it, or line it up with the line that it belongs to.",
    ),
    (
        "block sequence entries",
        False,
        "A list does not begin on the line of its name.",
        "Begin it on the next line; if this is text, put it in quotes.",
    ),
    (
        "control characters",
        False,
        "There is an invisible character here.",
        "Delete it and type the text again.",
    ),
    (
        "block",
        False,
        "This line does not fit the lines above it.",
        "Line it up with the line above that it belongs with (two spaces for each level).",
    ),
    (
        "mapping values",
        False,
        "This line is indented further than the one above, which has its value already.",
        "Line it up with the line above.",
    ),
)


def explain(error: yaml.YAMLError, text: str) -> SyntaxFault:
    """The parser's complaint as a fault with a place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None) or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    words = f"{getattr(error, 'problem', '') or error} {getattr(error, 'context', '') or ''}"
    begun = (context.line, context.column) if context else (line, column)
    scene = Scene(lines_of(text), line, column, begun, words)
    return cause(scene) or _by_words(scene)


def _by_words(scene: Scene) -> SyntaxFault:
    for piece, at_beginning, sentence, hint in _CAUSES:
        if piece in scene.words:
            line, column = scene.begun if at_beginning else (scene.line, scene.column)
            return SyntaxFault("bad-value", sentence, hint, Span(line, column, line, column + 1))
    span = Span(scene.line, scene.column, scene.line, scene.column + 1)
    return SyntaxFault(
        "bad-value", f"This can't be read: {scene.words.strip()}.", "Compare it with the lines around.", span
    )

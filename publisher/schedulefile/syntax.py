"""What the YAML parser complains about, in words for people, with the usual causes named."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from publisher.schedulefile.tree import Span


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why the text is no YAML, where, and the mend."""

    code: str
    message: str
    hint: str
    span: Span


#: A piece of the parser's own words → code, message, hint. The first that fits counts.
_CAUSES = (
    (
        "mapping values are not allowed",
        "needs-quotes",
        "A second “: ” in this line makes it unreadable.",
        'Put the text after the first colon in quotes: name: "text: more text".',
    ),
    (
        "flow",
        "bad-value",
        "A bracket that was opened is not closed, or a comma is missing.",
        "Close it: every { needs a }, every [ needs a ], and a comma stands between two values.",
    ),
    (
        "expected '-'",
        "bad-value",
        "The indentation of this line does not fit the list above.",
        "Line it up with the lines above: every “- ” of a list begins in the same column.",
    ),
    (
        "block",
        "bad-value",
        "The indentation of this line does not fit the lines above.",
        "Line it up with the line above that it belongs with (two spaces for each level).",
    ),
    (
        "quoted scalar",
        "bad-value",
        "A quotation mark that was opened is not closed.",
        "Add the closing quotation mark.",
    ),
    (
        "could not find expected ':'",
        "bad-value",
        "A colon is missing here or in the line above.",
        "Write “name: value”.",
    ),
    (
        "found unknown escape",
        "bad-value",
        "A backslash in double quotes has a meaning of its own.",
        "Use single quotes around this text, or write the backslash twice.",
    ),
)


def explain(error: yaml.YAMLError, text: str) -> SyntaxFault:
    """The parser's complaint as a fault with a place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    here = lines[line] if line < len(lines) else ""
    span = Span(line, column, line, column + 1)
    return _by_sign(here, span) or _by_words(str(getattr(error, "problem", "") or error), span)


def _by_sign(here: str, span: Span) -> SyntaxFault | None:
    sign = here[span.column : span.column + 1]
    if "\t" in here[: span.column + 1] and not here[: span.column].strip():
        return SyntaxFault("tab", "This line is indented with a tab.", "Use spaces: two for each level.", span)
    if sign and sign in "@`%":
        rest = here[span.column :].rstrip(" },").replace('"', "")
        return SyntaxFault("needs-quotes", f"A value can't begin with “{sign}”.", f'Put it in quotes: "{rest}".', span)
    return None


def _by_words(words: str, span: Span) -> SyntaxFault:
    for piece, code, sentence, hint in _CAUSES:
        if piece in words:
            return SyntaxFault(code, sentence, hint, span)
    return SyntaxFault("bad-value", f"This can't be read: {words}.", "Compare it with the lines around it.", span)

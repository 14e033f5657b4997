"""What the YAML parser complains about, in words for people.

The parser notices a mistake where it can't go on, which is often a line or more below it. So the signs of what people
get wrong are looked for first; only when there is none the parser's own words are translated.
"""

from __future__ import annotations

import yaml

from publisher.schedulefile.reading import alignment, brackets, dashes, linesigns, quotesigns, strays
from publisher.schedulefile.reading.fault import SyntaxFault, at
from publisher.schedulefile.reading.scene import Look, Scene
from publisher.sentences import sentence

#: From the surest sign to the vaguest.
_LOOKS: tuple[Look, ...] = (
    linesigns.tab,
    linesigns.odd_space,
    strays.stray,
    strays.ended,
    quotesigns.template,
    quotesigns.bad_start,
    quotesigns.after_bracket,
    quotesigns.after_quote,
    quotesigns.curly_quotes,
    quotesigns.second_colon,
    linesigns.hashtag,
    brackets.colon_in_braces,
    brackets.comma_missing,
    brackets.wrong_bracket,
    brackets.comma_at_end,
    linesigns.no_colon_above,
    dashes.dash,
    alignment.text_not_indented,
    alignment.no_space_after_colon,
    alignment.misaligned,
    quotesigns.open_quote,
)

#: A piece of the parser's words → whether the fault lies where it began to read, sentence, hint. The first that fits.
_CAUSES = (
    (
        "unknown escape",
        False,
        sentence("A backslash in double quotes has a meaning of its own."),
        sentence("Use single quotes around this text, or write the backslash twice."),
    ),
    (
        "flow",
        True,
        sentence("The bracket that opens here is not closed, or a comma is missing after it."),
        sentence("Every {{ needs a }}, every [ needs a ], and a comma stands between two values."),
    ),
    (
        "quoted scalar",
        True,
        sentence("The quotation mark that opens here is not closed."),
        sentence("Add the closing quotation mark."),
    ),
    (
        "simple key",
        True,
        sentence("A colon is missing in this line."),
        sentence("Write “name: value”, with a space after the colon; if it is text, indent it like the text above."),
    ),
    (
        "expected '-'",
        False,
        sentence("This line does not begin with a dash like the entries of the list above."),
        sentence("Write “- ” before it, or line it up with the line that it belongs to."),
    ),
    (
        "block sequence entries",
        False,
        sentence("A list does not begin on the line of its name."),
        sentence("Begin it on the next line; if this is text, put it in quotes."),
    ),
    (
        "control characters",
        False,
        sentence("There is an invisible character here."),
        sentence("Delete it and type the text again."),
    ),
    (
        "block",
        False,
        sentence("This line does not fit the lines above it."),
        sentence("Line it up with the line above that it belongs with (two spaces for each level)."),
    ),
    (
        "mapping values",
        False,
        sentence("This line is indented further than the one above, which has its value already."),
        sentence("Line it up with the line above; if it goes on with that text, put all of the text in quotes."),
    ),
)


def explain(error: yaml.YAMLError, lines: list[str]) -> SyntaxFault:
    """The parser's complaint as a fault with a place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None) or mark
    line, column = _within(lines, mark.line, mark.column) if mark else (0, 0)
    words = f"{getattr(error, 'problem', '') or error} {getattr(error, 'context', '') or ''}"
    begun = _within(lines, context.line, context.column) if context else (line, column)
    if "flow node" in words:
        begun = brackets.opened_above(lines, *begun) or begun
    scene = Scene(lines, line, column, begun, words)
    return next((fault for look in _LOOKS if (fault := look(scene))), None) or _by_words(scene)


def _within(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """The place, or the end of the text: the parser sometimes counts one line more than there are."""
    if line < len(lines):
        return line, column
    last = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].strip()), 0)
    return last, max(len(lines[last].rstrip()) - 1, 0)


def _by_words(scene: Scene) -> SyntaxFault:
    for piece, at_beginning, message, hint in _CAUSES:
        if piece in scene.words:
            line, column = scene.begun if at_beginning else (scene.line, scene.column)
            return SyntaxFault("bad-value", message, hint, at(line, column))
    message = sentence("This can't be read: {words}.", words=scene.words.strip())
    return SyntaxFault(
        "bad-value", message, sentence("Compare it with the lines around."), at(scene.line, scene.column)
    )

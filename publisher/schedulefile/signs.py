"""The signs of what people get wrong in YAML, searched for in the lines around the place where the parser gave up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from publisher.schedulefile.tree import Span

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
#: So far above the complaint a cause is looked for.
_FAR = 12
_NEAR = 2

_KEY = r"\s*(?:-\s+)?(?:\{\s*)?"
_BAD_START = re.compile(r"(?:^\s*|(?:^|(?<=[\s\[{,]))(?:[\w-]+:[ \t]+|-[ \t]+)|[\[{,][ \t]*)(?P<sign>[@`%*&!|>])")
_BRACKETED = re.compile(_KEY + r"[\w-]+:[ \t]+(?P<value>[\[{][^\]}]*[\]}][ \t]*[^\s,\]}#].*)")
_QUOTED = re.compile(_KEY + r"[\w-]+:[ \t]+(?P<value>(?P<quote>[\"'])(?:(?!(?P=quote)).)*(?P=quote)[^\s,\]}#:].*)")
_BLOCK_SIGN = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_CURLY = re.compile(_KEY + r"[\w-]+:[ \t]+(?P<value>[“”„«][^\n]*)")
_NBSP = re.compile(r"^[ \u00a0]*\u00a0|^\s*(?:-[\s\u00a0]+)?[\w-]+:\u00a0|^\s*-\u00a0")
_NO_SPACE = re.compile(r"^\s*-(?=[\w\"'])(?![\w-]*-\s)")
_OPEN_QUOTE = re.compile(_KEY + r"[\w-]+:[ \t]+(?P<quote>[\"'])(?P<text>.*)$")
_HASHTAG = re.compile(r"(?<=[\s\[{,])#(?=\w)")
_SECOND_COLON = re.compile(r"^(?P<key>\s*(?:-\s+)?[\w-]+):[ \t]+(?P<value>.+)$")


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why the text is no YAML, where, and the mend."""

    code: str
    message: str
    hint: str
    span: Span


@dataclass(frozen=True, slots=True)
class Scene:
    """The lines of the text, where the parser gave up, and where the thing begins that it was reading."""

    lines: list[str]
    line: int
    column: int
    begun: tuple[int, int]
    words: str

    @property
    def here(self) -> str:
        """The line where the parser gave up."""
        return self.lines[self.line] if self.line < len(self.lines) else ""

    def above(self, far: int) -> Iterable[int]:
        """Numbers of the lines from here upwards."""
        return range(min(self.line, len(self.lines) - 1), max(self.line - far, -1), -1)


def lines_of(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return _LINE_BREAK.split(text)


def in_quotes(value: str) -> str:
    """The value as one that YAML takes as it is; pasteable."""
    plain = value.strip()
    return f"'{plain}'" if '"' in plain and "'" not in plain else '"' + plain.replace('"', '\\"') + '"'


def cause(scene: Scene) -> SyntaxFault | None:
    """The first sign that is found, from the surest to the vaguest."""
    return next((fault for look in _LOOKS if (fault := look(scene))), None)


def merge_conflict(lines: list[str]) -> SyntaxFault | None:
    """The marks that Git leaves where two versions did not fit together."""
    first = next((number for number, line in enumerate(lines) if line.startswith("<<<<<<< ")), None)
    last = next((number for number, line in enumerate(lines) if line.startswith(">>>>>>> ")), None)
    if first is None or last is None or last < first:
        return None
    ours, theirs = lines[first][8:].strip(), lines[last][8:].strip()
    return SyntaxFault(
        "merge-conflict",
        f"This file contains an unresolved Git conflict (lines {first + 1}–{last + 1}): “{ours}” against “{theirs}”.",  # noqa: RUF001
        "Keep one of the two versions and delete the lines that start with <<<<<<<, ======= and >>>>>>>.",
        _to_end(lines, first, 0),
    )


def lost_hashtag(lines: list[str], line: int, column: int, *, hint: str) -> SyntaxFault:
    """What a “#” after a space does."""
    lost = re.split(r"[\s,\]}]", lines[line][column:], maxsplit=1)[0]
    message = f"Everything from “{lost}” on would be thrown away: in YAML “ #” starts a comment."
    return SyntaxFault("lost-hashtag", message, hint, _to_end(lines, line, column))


def _to_end(lines: list[str], line: int, column: int) -> Span:
    return Span(line, column, line, max(len(lines[line]), column + 1))


def _tab(scene: Scene) -> SyntaxFault | None:
    indent = scene.here[: len(scene.here) - len(scene.here.lstrip())]
    if "\t" not in indent:
        return None
    span = Span(scene.line, 0, scene.line, len(indent))
    return SyntaxFault("tab", "This line is indented with a tab.", "Use spaces: two for each level.", span)


def _odd_space(scene: Scene) -> SyntaxFault | None:
    for line in scene.above(_NEAR + 1):
        if found := _NBSP.search(scene.lines[line]):
            span = Span(line, found.end() - 1, line, found.end())
            return SyntaxFault(
                "odd-space",
                "There is a non-breaking space (U+00A0) here, so this is not seen as a name and a value.",
                "Delete it and type the space again.",
                span,
            )
    return None


def _bad_start(scene: Scene) -> SyntaxFault | None:
    found = next((m for m in _BAD_START.finditer(scene.here) if m.start("sign") <= scene.column), None)
    if found is None or _BLOCK_SIGN.match(scene.here, found.start("sign")):
        return None
    column = found.start("sign")
    length = len(_value_at(scene.here, column))
    message = f"A value can't begin with “{found['sign']}”."
    hint = f"Put it in quotes: {quoted_value(scene.here, column)}"
    return SyntaxFault("needs-quotes", message, hint, Span(scene.line, column, scene.line, column + length))


def quoted_value(line: str, column: int) -> str:
    """The name and value of a line, the value put in quotes; pasteable."""
    return _name_before(line[:column]) + in_quotes(_value_at(line, column))


def _value_at(line: str, column: int) -> str:
    """The value that begins here; within brackets it goes up to the next comma or bracket."""
    before, value = line[:column], line[column:]
    if before.count("{") > before.count("}") or before.count("[") > before.count("]"):
        value = re.split(r"[,\]}]", value, maxsplit=1)[0]
    return value.rstrip()


def _name_before(before: str) -> str:
    name = re.search(r"[\w-]+:[ \t]+$", before)
    return name[0] if name else ""


def _after_bracket(scene: Scene) -> SyntaxFault | None:
    found = _BRACKETED.fullmatch(scene.here)
    if found is None or scene.column <= found.start("value"):
        return None
    column = found.start("value")
    hint = f"Put all of it in quotes: {_name_before(scene.here[:column])}{in_quotes(found['value'])}"
    message = "A value that begins with a bracket ends with that bracket, and here is more text."
    return SyntaxFault("needs-quotes", message, hint, _to_end(scene.lines, scene.line, column))


def _after_quote(scene: Scene) -> SyntaxFault | None:
    found = _QUOTED.fullmatch(scene.here)
    if found is None or scene.column <= found.start("value"):
        return None
    column, quote = found.start("value"), found["quote"]
    inner = found["value"].rstrip()[1:].removesuffix(quote)
    hint = f"Use the other kind of quotes around all of it: {_name_before(scene.here[:column])}{in_quotes(inner)}"
    message = f"The text ends with the second {quote}, and here is more of it."
    return SyntaxFault("needs-quotes", message, hint, _to_end(scene.lines, scene.line, column))


def _curly_quotes(scene: Scene) -> SyntaxFault | None:
    for line in scene.above(_NEAR):
        if found := _CURLY.match(scene.lines[line]):
            column = found.start("value")
            return SyntaxFault(
                "smart-quotes",
                "“ and ” are typographic quotes: YAML treats them as letters.",
                f"Use straight quotes around the text: {_name_before(scene.lines[line][:column])}"
                + in_quotes(found["value"].strip("“”„«» \t\r")),
                _to_end(scene.lines, line, column),
            )
    return None


def _no_colon_above(scene: Scene) -> SyntaxFault | None:
    """A line without a colon goes on in the next one, where the parser then finds one too many."""
    if "mapping values are not allowed" not in scene.words:
        return None
    line = next((number for number in scene.above(_FAR) if number < scene.line and scene.lines[number].strip()), None)
    if line is None or re.search(r":(?:\s|$)", scene.lines[line]) or scene.lines[line].lstrip().startswith("#"):
        return None
    column = len(scene.lines[line]) - len(scene.lines[line].lstrip())
    return SyntaxFault(
        "bad-value",
        "A colon is missing in this line.",
        "Write “name: value”, with a space after the colon.",
        _to_end(scene.lines, line, column),
    )


def _hashtag(scene: Scene) -> SyntaxFault | None:
    """Below a hashtag that cut off its line, nothing fits any more."""
    if not any(piece in scene.words for piece in ("expected ':'", "expected key", "flow")):
        return None
    start = min(scene.begun[0], scene.line) if "flow" in scene.words else scene.line - _NEAR
    for line in range(max(start, 0), min(scene.line + 1, len(scene.lines))):
        if found := _HASHTAG.search(scene.lines[line]):
            hint = "Put the text in quotes. Lists of hashtags are written without “#”."
            return lost_hashtag(scene.lines, line, found.start(), hint=hint)
    return None


def _no_space_after_dash(scene: Scene) -> SyntaxFault | None:
    for line in scene.above(_NEAR):
        if found := _NO_SPACE.match(scene.lines[line]):
            return SyntaxFault(
                "list-dash",
                "There is no space after the dash.",
                f"Write  - {scene.lines[line].strip()[1:]}",
                Span(line, found.end() - 1, line, found.end()),
            )
    return None


def _open_quote(scene: Scene) -> SyntaxFault | None:
    """A quotation mark that is never closed swallows the lines below, up to the next one."""
    for line in scene.above(_FAR):
        found = _OPEN_QUOTE.match(scene.lines[line])
        if found is None:
            continue
        text = found["text"].replace("\\" + found["quote"], "").replace("''", "")
        if found["quote"] in text:
            if line == scene.line:
                continue
            return None
        column = found.start("quote")
        return SyntaxFault(
            "bad-value",
            "The quotation mark that opens here is not closed.",
            f"Add {found['quote']} at the end of the text.",
            _to_end(scene.lines, line, column),
        )
    return None


def _second_colon(scene: Scene) -> SyntaxFault | None:
    found = _SECOND_COLON.match(scene.here)
    if "mapping values are not allowed" not in scene.words or found is None or found["value"][0] in "[{\"'":
        return None
    if scene.column <= found.end("key"):
        return None
    return SyntaxFault(
        "needs-quotes",
        "A second “: ” in this line makes it unreadable.",
        f"Put the text after the first colon in quotes: {found['key'].strip('- ')}: {in_quotes(found['value'])}",
        Span(scene.line, scene.column, scene.line, scene.column + 1),
    )


_Look: TypeAlias = Callable[[Scene], SyntaxFault | None]
_LOOKS: tuple[_Look, ...] = (
    _tab,
    _odd_space,
    _bad_start,
    _after_bracket,
    _after_quote,
    _curly_quotes,
    _second_colon,
    _hashtag,
    _no_colon_above,
    _no_space_after_dash,
    _open_quote,
)

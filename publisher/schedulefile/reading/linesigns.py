"""Signs in the build of a line: tabs, odd spaces, dashes, colons that are missing, hashtags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.schedulefile.problems import line_numbers
from publisher.schedulefile.reading.fault import SyntaxFault, to_end
from publisher.schedulefile.reading.quoting import in_quotes, name_before
from publisher.schedulefile.reading.scene import FAR, NEAR, Scene, block_lines, indentation
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import Sentence, sentence, verbatim

#: Spaces that look like one and are none to YAML, and characters without any width.
ODD_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
NO_WIDTH = "\u200b\u200c\u200d\u2060\u00ad"

_ODD = f"[{ODD_SPACES}{NO_WIDTH}]"
_HIDDEN = re.compile(rf"[{NO_WIDTH}]+|{_ODD}+$")
_STRUCTURE = re.compile(
    rf"^[ \t]*(?P<indent>{_ODD}+)"
    rf"|^[ \t]*-(?P<dash>{_ODD}+)"
    rf"|^[ \t]*(?:-[ \t]+)?(?:\{{[ \t]*)?(?P<name>[\w-]+):(?P<colon>{_ODD}+)"
)
_BRACED_VALUE = re.compile(r"[{,]\s*[^:{}\[\],\"'#]+:[ \t]+(?P<value>[^:{}\[\],\"']*)$")
_HASHTAG = re.compile(r"(?<=[\s\[{,])#(?=\w)")
_NAMES = {
    "\u00a0": sentence("a non-breaking space"),
    "\u202f": sentence("a narrow non-breaking space"),
    "\u2009": sentence("a thin space"),
    "\u200b": sentence("a space without width"),
    "\u00ad": sentence("a soft hyphen"),
}


def tab(scene: Scene) -> SyntaxFault | None:
    """Tabs in front of a line. All of them are mended at once, with as many spaces as make the text readable."""
    if "\t" not in indentation(scene.here):
        return None
    texts = block_lines(scene.lines)
    others = [
        number
        for number, line in enumerate(scene.lines)
        if number != scene.line and number not in texts and "\t" in indentation(line) and line.strip()
    ]
    span = Span(scene.line, 0, scene.line, len(indentation(scene.here)))
    hint = sentence("Use spaces: two for each level. `publisher fix` does it.")
    if others:
        hint = sentence(
            "{hint} It is the same on {lines}.", hint=hint, lines=line_numbers([number + 1 for number in others])
        )
    mend = tuple(_with_spaces(scene.lines, sorted([scene.line, *others])))
    return SyntaxFault("tab", sentence("This line is indented with a tab."), hint, span, mend=mend)


def _with_spaces(lines: list[str], numbers: list[int]) -> Iterator[Replaced]:
    from publisher.schedulefile.reading.tabs import width_of

    width = width_of(lines, numbers)
    for number in numbers:
        old = indentation(lines[number])
        yield Replaced(Span(number, 0, number, len(old)), old.expandtabs(width))


def odd_space(scene: Scene) -> SyntaxFault | None:
    """A space that is none to YAML, where a name or a dash is due."""
    for number in scene.above(NEAR + 1):
        if fault := odd_space_in(scene.lines[number], number):
            return fault
    return None


def odd_space_in(line: str, number: int) -> SyntaxFault | None:
    """The same for one line."""
    found = _STRUCTURE.match(line)
    if found is None or found.lastgroup is None:
        return None
    kind = found.lastgroup
    begin, end = found.span(kind)
    signs = {"name": found["name"] or "", "space": space_name(line[begin])}
    messages = {
        "indent": sentence("This line is indented with {space}, so it does not belong where it seems to.", **signs),
        "dash": sentence("The space after the dash is {space}, so this is not seen as an entry.", **signs),
        "colon": sentence("The space after “{name}:” is {space}, so this is not seen as a key.", **signs),
    }
    return SyntaxFault(
        "odd-space",
        messages[kind],
        sentence("Retype the space. `publisher fix` replaces it."),
        Span(number, begin, number, end),
        mend=(Replaced(Span(number, begin, number, end), ordinary(line[begin:end], after=kind)),),
    )


_COLON = re.compile(rf"[\w-]+:(?P<colon>{_ODD}+)")


def odd_colon_in(line: str, span: Span) -> SyntaxFault | None:
    """A name in braces whose colon is followed by an odd space, so that the value belongs to the name."""
    found = _COLON.match(line, span.column, span.end_column) if span.line == span.end_line else None
    if found is None:
        return None
    place = Span(span.line, found.start("colon"), span.line, found.end("colon"))
    return SyntaxFault(
        "odd-space",
        sentence(
            "The space after “{name}:” is {space}, so this is not seen as a key.",
            name=line[span.column : place.column - 1],
            space=space_name(found["colon"][0]),
        ),
        sentence("Retype the space. `publisher fix` replaces it."),
        place,
        mend=(Replaced(place, " "),),
    )


def hidden_in(line: str, span: Span) -> Iterator[SyntaxFault]:
    """Characters without width in a name or a word, and odd spaces behind it."""
    if span.line != span.end_line:
        return
    for found in _HIDDEN.finditer(line, span.column, span.end_column):
        place = Span(span.line, found.start(), span.line, found.end())
        message = sentence("There is {space} in this word, which nobody sees.", space=space_name(found[0][0]))
        hint = sentence("Delete it. `publisher fix` does it.")
        yield SyntaxFault("odd-space", message, hint, place, mend=(Replaced(place, ""),))


def ordinary(spaces: str, *, after: str = "") -> str:
    """The same with ordinary spaces; what has no width becomes nothing, but one space stays behind a dash or colon."""
    made = "".join("" if character in NO_WIDTH else " " for character in spaces)
    return made or (" " if after in ("dash", "colon") else "")


def space_name(character: str) -> Sentence:
    """“a non-breaking space (U+00A0)”."""
    name = _NAMES.get(character) or verbatim(unicodedata.name(character, "?").lower())
    return sentence("{name} (U+{number})", name=name, number=f"{ord(character):04X}")


def no_colon_above(scene: Scene) -> SyntaxFault | None:
    """A line without a colon goes on in the next one, where the parser then finds one too many."""
    if "mapping values are not allowed" not in scene.words:
        return None
    line = next((number for number in scene.above(FAR) if number < scene.line and scene.lines[number].strip()), None)
    if line is None or re.search(r":(?:\s|$)", scene.lines[line]) or scene.lines[line].lstrip().startswith("#"):
        return None
    return SyntaxFault(
        "bad-value",
        sentence("A colon is missing in this line."),
        sentence("Write “name: value”, with a space after the colon."),
        to_end(scene.lines, line, len(indentation(scene.lines[line]))),
    )


def hashtag(scene: Scene) -> SyntaxFault | None:
    """Below a hashtag that cut off its line, nothing fits any more."""
    if not any(piece in scene.words for piece in ("expected ':'", "expected key", "flow")):
        return None
    start = min(scene.begun[0], scene.line) if "flow" in scene.words else scene.line - NEAR
    for number in range(max(start, 0), min(scene.line + 1, len(scene.lines))):
        if found := _HASHTAG.search(scene.lines[number]):
            return _hashtag_at(scene.lines, number, found.start())
    return None


def _in_braces(line: str, column: int, number: int) -> tuple[Replaced, ...]:
    """The value in braces that the hashtag belongs to, in quotes."""
    found = _BRACED_VALUE.search(line[:column])
    if found is None:
        return ()
    begin = found.start("value")
    end = begin + len(re.split(r"[,}\]]", line[begin:], maxsplit=1)[0].rstrip())
    return (Replaced(Span(number, begin, number, end), in_quotes(line[begin:end])),)


def _hashtag_at(lines: list[str], number: int, column: int) -> SyntaxFault:
    """In a list of hashtags the sign goes; in braces and texts it stays, and a person has to set the quotes."""
    line = lines[number]
    is_list = re.search(r"\[[^\]]*$", line[:column]) is not None
    signs = [Span(number, m.start(), number, m.end()) for m in _HASHTAG.finditer(line)]
    hint = (
        sentence("Write the names of hashtags without “#”. `publisher fix` takes it away.")
        if is_list
        else sentence("Put the text in quotes. Lists of hashtags are written without “#”.")
    )
    away = tuple(Replaced(span, "") for span in signs)
    quoted = () if is_list else _in_braces(line, column, number)
    if quoted:
        written = name_before(line[: quoted[0].span.column]) + quoted[0].text
        hint = sentence("Put the text in quotes:  {line}   (`publisher fix` does it)", line=written)
    mend = away if is_list else quoted
    return SyntaxFault(
        "lost-hashtag", lost_from(line, column), hint, to_end(lines, number, column), mend=mend, detour=away
    )


def lost_from(line: str, column: int) -> Sentence:
    """What a “#” after a space does."""
    lost = re.split(r"[\s,\]}]", line[column:], maxsplit=1)[0]
    return sentence("Everything from “{lost}” on would be thrown away: in YAML “ #” starts a comment.", lost=lost)

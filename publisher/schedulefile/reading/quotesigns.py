"""Signs of texts that need quotes, and of quotes that went wrong."""

from __future__ import annotations

import re

from publisher.schedulefile.reading.fault import SyntaxFault, at, to_end
from publisher.schedulefile.reading.quoting import in_quotes, name_before, quoted_value, value_at, without_remark
from publisher.schedulefile.reading.scene import FAR, NEAR, Scene
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.tricks import alias
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import Sentence, sentence

_KEY = r"\s*(?:-\s+)?(?:\{\s*)?"
#: Names are short; without a bound a long line would take the square of its length.
_NAME = r"[^\s:{\[,\"'#][^:{\[,\"'#]{0,60}"
_BAD_START = re.compile(
    rf"(?:^\s*|(?:^|(?<=[\s\[{{,]))(?:{_NAME}:[ \t]+|-[ \t]+)|[\[{{,][ \t]*)(?P<sign>[@`%*&!|>]|\?(?=\s))"
)
_BRACKETED = re.compile(_KEY + _NAME + r":[ \t]+(?P<value>[\[{][^\]}]*[\]}][ \t]*[^\s,\]}#].*)")
_BEHIND_QUOTE = r"(?:[^\s,\]}#:].*|[ \t]+[^\s#:,\]}].*)"
_QUOTED = re.compile(_KEY + _NAME + r":[ \t]+(?P<value>(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+')" + _BEHIND_QUOTE + ")")
_MERGED = re.compile(r"\s*(?:-\s+)?<<:|.*(?:^|\s)&\S+\s*$")
_BLOCK_SIGN = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
#: The parser gives up at such a sign, or so many characters behind it.
_NEAR = 200
_TEMPLATE = re.compile(r"\{\{|\{%")
_IN_BRACES = re.compile(r"(?:\{\{.*?\}\}|\{%.*?%\}|[^,\]}{])+")
_CURLY = re.compile(_KEY + _NAME + r":[ \t]+(?P<value>[“”„«»‟‚‘’][^\n]*)")  # noqa: RUF001  what people type
_CURLY_SIGNS = "“”„«»‟‚‘’"  # noqa: RUF001
_CURLY_PAIRS = {"“": "”", "„": "”", "‟": "”", "«": "»", "»": "«", "‘": "’", "‚": "’"}  # noqa: RUF001
_OPEN_QUOTE = re.compile(_KEY + _NAME + r":[ \t]+(?P<quote>[\"'])(?P<text>.*)$")
#: How each kind of quotes holds a sign of its own (YAML 1.2.2, sections 7.3.1 and 7.3.2).
_ESCAPED = {'"': '\\"', "'": "''"}
_IN_LANGUAGE = re.compile(r"[a-z]{2}:\s")
_SECOND_COLON = re.compile(rf"^(?P<key>\s*(?:-\s+)?{_NAME}):[ \t]+(?P<value>.+)$")


def is_template(line: str, column: int) -> bool:
    """Whether a placeholder of a template stands here, outside of quotes."""
    return _TEMPLATE.match(line, column) is not None


def template_without_quotes(line: str, number: int, column: int) -> SyntaxFault:
    """``{{ event.title }}`` where YAML sees a group of fields."""
    before = line[:column]
    is_inside = before.count("{") > before.count("}")
    found = _IN_BRACES.match(line, column) if is_inside else None
    value = (found[0] if found else without_remark(line[column:])).rstrip()
    message = sentence(
        "A text that begins with “{sign}” needs quotes: to YAML it is a group of fields.", sign=value[:2]
    )
    return _to_quote("template-needs-quotes", message, line=line, at=Span(number, column, number, column + len(value)))


def template(scene: Scene) -> SyntaxFault | None:
    """A placeholder at the beginning of a value."""
    for number in scene.above(NEAR):
        line = scene.lines[number]
        found = re.match(rf"{_KEY}{_NAME}:[ \t]+(?=\{{[{{%])|\s*-\s+(?=\{{[{{%])", line)
        if found:
            return template_without_quotes(line, number, found.end())
    return None


def bad_start(scene: Scene) -> SyntaxFault | None:
    """A sign at the beginning of a value that has a meaning in YAML."""
    signs = _BAD_START.finditer(scene.here, max(0, scene.column - _NEAR), scene.column + 2)
    found = next((sign for sign in signs if sign.start("sign") <= scene.column), None)
    if found is None or _BLOCK_SIGN.match(scene.here, found.start("sign")):
        return None
    column = found.start("sign")
    span = Span(scene.line, column, scene.line, column + len(value_at(scene.here, column)))
    if found["sign"] in "&*" and _MERGED.match(scene.here):
        return alias(scene.here, at(scene.line, column))
    message = sentence("A value cannot begin with “{sign}”.", sign=found["sign"])
    return _to_quote("needs-quotes", message, line=scene.here, at=span)


def _to_quote(code: str, message: Sentence, *, line: str, at: Span) -> SyntaxFault:
    """A fault whose mend is a pair of quotes around a span of one line."""
    quoted = in_quotes(line[at.column : at.end_column])
    hint = sentence("Put it in quotes:  {line}", line=name_before(line[: at.column]) + quoted)
    return SyntaxFault(code, message, hint, at, mend=(Replaced(at, quoted),))


def after_bracket(scene: Scene) -> SyntaxFault | None:
    """``[URGENT] new room``: a text that begins with a bracket."""
    found = _BRACKETED.fullmatch(scene.here)
    if found is None or scene.column <= found.start("value"):
        return None
    column = found.start("value")
    if is_template(scene.here, column):
        return template_without_quotes(scene.here, scene.line, column)
    span = Span(scene.line, column, scene.line, column + len(without_remark(found["value"]).rstrip()))
    message = sentence("A value that begins with a bracket ends with that bracket, and here is more text.")
    return _to_quote("needs-quotes", message, line=scene.here, at=span)


def after_quote(scene: Scene) -> SyntaxFault | None:
    """``"Open "day" now"``: quotes within quotes of the same kind."""
    found = _QUOTED.fullmatch(scene.here)
    if found is None or scene.column <= found.start("value"):
        return None
    column, quote = found.start("value"), found["value"][0]
    if scene.here[:column].count("{") > scene.here[:column].count("}"):
        return None
    written = without_remark(found["value"]).rstrip()
    quoted = in_quotes(written[1:-1] if written.endswith(quote) else written)
    span = Span(scene.line, column, scene.line, column + len(written))
    return SyntaxFault(
        "needs-quotes",
        sentence("The text ends with the second {quote}, and here is more of it.", quote=quote),
        sentence(
            "Use the other kind of quotes around all of it:  {line}",
            line=name_before(scene.here[:column]) + quoted,
        ),
        span,
        mend=(Replaced(span, quoted),),
    )


def curly_quotes(scene: Scene) -> SyntaxFault | None:
    """Typographic quotes around a text that needs quotes."""
    for number in scene.above(NEAR):
        if found := _CURLY.match(scene.lines[number]):
            return curly(scene.lines[number], number, found.start("value"))
    return None


def curly(line: str, number: int, column: int) -> SyntaxFault:
    """A value that begins with a typographic quotation mark."""
    value = value_at(line, column)
    quoted = in_quotes(value.strip(_CURLY_SIGNS + " \t\r"))
    span = Span(number, column, number, column + len(value))
    return SyntaxFault(
        "smart-quotes",
        _typographic(line[column]),
        sentence(
            "Use straight quotes around the text:  {line}. Curly quotes inside the text are fine.",
            line=name_before(line[:column]) + quoted,
        ),
        span,
        mend=(Replaced(span, quoted),),
    )


def _typographic(begin: str) -> Sentence:
    return sentence(
        "{begin} and {end} are typographic quotes: YAML treats them as letters.",
        begin=begin,
        end=_CURLY_PAIRS.get(begin, begin),
    )


def open_quote(scene: Scene) -> SyntaxFault | None:
    """A quotation mark that is never closed swallows the lines below, up to the next one."""
    begun = [scene.begun[0]] if "quoted scalar" in scene.words and scene.begun[0] < len(scene.lines) else []
    for number in begun or scene.above(FAR):
        found = _OPEN_QUOTE.match(scene.lines[number])
        if found is None:
            continue
        text = found["text"].replace(_ESCAPED[found["quote"]], "")
        if found["quote"] in text:
            if number == scene.line:
                continue
            return None
        end = len(scene.lines[number].rstrip())
        if found["text"].rstrip().endswith(tuple(_CURLY_SIGNS)):
            return _half_curly(scene.lines[number], Span(number, end - 1, number, end), quote=found["quote"])
        return SyntaxFault(
            "bad-value",
            sentence("The quotation mark that opens here is not closed."),
            sentence("Add {quote} at the end of the text.", quote=found["quote"]),
            to_end(scene.lines, number, found.start("quote")),
            detour=(Replaced(Span(number, end, number, end), found["quote"]),),
        )
    return None


def _half_curly(line: str, span: Span, *, quote: str) -> SyntaxFault:
    """``"text”``."""
    return SyntaxFault(
        "smart-quotes",
        sentence(
            "The text begins with {quote} and ends with {sign}, which is a letter to YAML.",
            quote=quote,
            sign=line[span.column],
        ),
        sentence("End it with {quote} too. `publisher fix` does it.", quote=quote),
        span,
        mend=(Replaced(span, quote),),
    )


def _language_beside(scene: Scene, name: str, value: str) -> SyntaxFault:
    """``title: pl: Dzień otwarty``: each language has a line of its own."""
    return SyntaxFault(
        "bad-value",
        sentence("The words of a language stand on a line of their own, below “{name}:”.", name=name),
        sentence("Write it like this:\n{name}\n{line}", name=f"        {name}:", line=f"          {value}"),
        at(scene.line, scene.column),
        detour=(Replaced(at(scene.line, scene.column), " "),),
    )


def second_colon(scene: Scene) -> SyntaxFault | None:
    """``title: Open: day``: the second colon makes a name of the text before it."""
    found = _SECOND_COLON.match(scene.here)
    if "mapping values are not allowed" not in scene.words or found is None or found["value"][0] in "[{\"'":
        return None
    if scene.column <= found.end("key"):
        return None
    column = found.start("value")
    value = without_remark(found["value"]).rstrip()
    if _IN_LANGUAGE.match(value):
        return _language_beside(scene, name_before(scene.here[:column]).rstrip(": "), value)
    span = Span(scene.line, column, scene.line, column + len(value))
    return SyntaxFault(
        "needs-quotes",
        sentence("A second “: ” in this line makes it unreadable."),
        sentence("Put the text after the first colon in quotes:  {line}", line=quoted_value(scene.here, column)),
        at(scene.line, scene.column),
        mend=(Replaced(span, in_quotes(value)),),
    )

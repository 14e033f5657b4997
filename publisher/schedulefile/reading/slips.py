"""What YAML reads without a complaint, but not as it was meant: names that come twice, hashtags, commas, odd spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.schedulefile.nouns import same_group
from publisher.schedulefile.reading import linesigns
from publisher.schedulefile.reading.dashes import bad_dash, bullets, dashes, missing_dash
from publisher.schedulefile.reading.fault import SyntaxFault, to_end
from publisher.schedulefile.reading.quoting import in_quotes, name_before, without_remark
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, Span, is_empty
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

#: Fields that hold words; after those of other fields a “#” without a space is only a remark.
_WORDY = {
    "title", "summary", "text", "text_twitter", "text_facebook", "text_email", "subject", "alt", "credit", "name",
    "venue", "address", "organiser", "tags", "hashtags", "why",
}  # fmt: skip
#: Fields that hold lists, so that brackets and not quotes are what is missing.
_LISTS = {"languages", "spoken", "to", "tags", "hashtags", "holidays"}
_HASHTAGS = {"tags", "hashtags"}

_SHORT_FIELDS = {"id", "to", "alt", "why", "add"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_LOST = re.compile(r"\s*(#\w[^\n]*)")
_CURLY = "“”„«»‟"
_INSIDE_DASH = re.compile(r"^(?P<dash>[-–—•])[ ]?(?=[^\W\d_])")  # noqa: RUF001  what people type


def _is_language(name: str) -> bool:
    """Whether this is the code of a language, and no name of a field that is as short."""
    return _LANGUAGE.fullmatch(name) is not None and name not in _SHORT_FIELDS


def slips(tree: Mapping, lines: list[str]) -> Iterator[SyntaxFault]:
    """All slips of a file, in its order."""
    return _Slips(lines).of(tree, field="", at=())


class _Slips:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def of(self, node: Node, *, field: str, at: tuple[str, ...]) -> Iterator[SyntaxFault]:
        """All slips in this node, which stands below ``field``."""
        if isinstance(node, Scalar):
            if node.plain:
                yield from self._of_text(node, field)
        elif isinstance(node, Sequence):
            yield from dashes(node, self._lines)
            for child in node.nodes:
                yield from self.of(child, field=field, at=(*at, ""))
        else:
            yield from self._twice(node, at)
            if node.flow:
                yield from self._cut_by_comma(node, field)
            for key, value in node.entries:
                yield from self._odd_name(key)
                below = field if field and _is_language(key.text) else key.text
                yield from self.of(value, field=below, at=(*at, key.text))

    def _of_text(self, node: Scalar, field: str) -> Iterator[SyntaxFault]:
        if field in _WORDY:
            yield from self._lost_hashtag(node, field)
        if not node.text:
            return
        if field not in _WORDY:
            yield from bullets(node, self._lines)
            yield from linesigns.hidden_in(self._line(node), node.span)
        if "\u00a0" in node.text[:40] and (fault := linesigns.odd_space_in(self._line(node), node.span.line)):
            yield fault
        if node.text[0] in _CURLY and field not in _WORDY:
            yield self._curly(node)

    # --- names ------------------------------------------------------------------------------------------

    def _twice(self, node: Mapping, at: tuple[str, ...]) -> Iterator[SyntaxFault]:
        first: dict[str, Scalar] = {}
        for key, _ in node.entries:
            if key.text in first and key.text == "id" and not node.flow:
                yield missing_dash(key, self._lines)
                return
            if key.text in first:
                yield SyntaxFault(
                    "duplicate-key",
                    sentence(
                        "“{key}” appears twice in {group} (first on line {line}). Only one would be used.",
                        key=key.text,
                        group=same_group(at),
                        line=first[key.text].span.line + 1,
                    ),
                    sentence("Delete one of them.") if at else sentence("Put everything under the first of them."),
                    key.span,
                )
            else:
                first[key.text] = key

    def _odd_name(self, key: Scalar) -> Iterator[SyntaxFault]:
        """A name with a space that nobody sees, or with the dash of a list."""
        if key.text.isascii() and not key.text.startswith("-"):
            return
        line = self._line(key)
        if fault := linesigns.odd_space_in(line, key.span.line) or linesigns.odd_colon_in(line, key.span):
            yield fault
            return
        yield from linesigns.hidden_in(line, key.span)
        found = _INSIDE_DASH.match(key.text)
        if found and line[key.span.column : key.span.column + 1] == found["dash"]:
            yield bad_dash(self._lines, key.span.line, key.span.column)

    # --- texts ------------------------------------------------------------------------------------------

    def _cut_by_comma(self, node: Mapping, field: str) -> Iterator[SyntaxFault]:
        """``{ pl: Dane, mapy, en: X }``: a piece without a colon became a name without a value."""
        entries = node.entries
        position = 0
        while position < len(entries):
            name, value = entries[position]
            position += 1
            pieces = []
            while (
                position < len(entries) and is_empty(entries[position][1]) and not self._has_colon(entries[position][0])
            ):
                pieces.append(entries[position][0])
                position += 1
            if pieces and isinstance(value, Scalar) and value.text:
                yield self._comma(field, name, value=value, pieces=pieces)

    def _comma(self, field: str, name: Scalar, *, value: Node, pieces: list[Scalar]) -> SyntaxFault:
        span = value.span.to(pieces[-1].span)
        written = self._lines[span.line][span.column : span.end_column] if span.line == span.end_line else ""
        is_list = name.text in _LISTS
        is_language = _is_language(name.text)
        became = sentence("a language") if is_language else sentence("a name of its own")
        before = value.text if isinstance(value, Scalar) else written.partition(",")[0]
        plain = written.strip("[]") if is_list else written
        mended = f"[{plain}]" if is_list else in_quotes(plain)
        hint = sentence("Quote it:  {line}", line=f"{name.text}: {mended}")
        if is_list:
            hint = sentence("Write  {line}", line=f"{name.text}: {mended}")
        elif is_language and field:
            hint = sentence(
                "Quote it, or write one language per line:\n{field}\n{line}",
                field=f"        {field}:",
                line=f"          {name.text}: {written}",
            )
        return SyntaxFault(
            "comma-in-braces",
            sentence(
                "Inside {{ }} a comma ends the value, so “{name}” is only “{before}” and “{piece}” became {became}.",
                name=name.text,
                before=before,
                piece=pieces[0].text,
                became=became,
            ),
            hint,
            pieces[0].span,
            mend=(Replaced(span, mended),) if written else (),
        )

    def _has_colon(self, key: Scalar) -> bool:
        return self._lines[key.span.end_line][key.span.end_column :].lstrip().startswith(":")

    def _lost_hashtag(self, value: Scalar, field: str) -> Iterator[SyntaxFault]:
        """A “#” after a space begins a remark, also when a hashtag was meant."""
        span = value.span
        line = self._lines[span.end_line] if span.end_line < len(self._lines) else ""
        lost = _LOST.match(line, span.end_column)
        if lost is None:
            return
        column = lost.start(1)
        end = column + len(without_remark(line[column:]).rstrip())
        if field in _HASHTAGS:
            yield self._lost_tags(value, column=column, end=end)
            return
        whole = Span(span.end_line, column, span.end_line, end)
        whole = span.to(whole) if value.text else whole
        quoted = in_quotes(f"{value.text} {line[column:end]}")
        name = name_before(self._lines[whole.line][: whole.column])
        hint = sentence("Put the text in quotes:  {line}   (`publisher fix` does it)", line=name + quoted)
        yield SyntaxFault(
            "lost-hashtag",
            linesigns.lost_from(line, column),
            hint,
            to_end(self._lines, span.end_line, column),
            mend=self._quotes_around(whole, quoted),
        )

    def _lost_tags(self, value: Scalar, *, column: int, end: int) -> SyntaxFault:
        """``tags: #One, #Two``: names of hashtags, which are written without the sign."""
        line = self._lines[value.span.end_line]
        written = value.text if value.span.line == value.span.end_line else ""
        names = re.findall(r"\w+", f"{written} {line[column:end]}")
        whole = value.span if written else Span(value.span.end_line, column, value.span.end_line, column)
        whole = whole.to(Span(value.span.end_line, column, value.span.end_line, end))
        is_entry = line[: whole.column].rstrip().endswith("-")
        mended = names[0] if is_entry and len(names) == 1 else f"[{', '.join(names)}]"
        mend = () if is_entry and len(names) > 1 else (Replaced(whole, mended),)
        return SyntaxFault(
            "lost-hashtag",
            linesigns.lost_from(line, column),
            sentence("Write the names of hashtags without “#”:  {names}   (`publisher fix` does it)", names=mended),
            to_end(self._lines, value.span.end_line, column),
            mend=mend,
        )

    def _quotes_around(self, span: Span, quoted: str) -> tuple[Replaced, ...]:
        """The text of a span in quotes; one of several lines keeps its lines."""
        if span.line == span.end_line:
            return (Replaced(span, quoted),)
        text = "\n".join(self._lines[span.line : span.end_line + 1])
        if '"' in text or "\\" in text:
            return ()
        return Replaced(span.start, '"'), Replaced(span.end, '"')

    def _curly(self, node: Scalar) -> SyntaxFault:
        from publisher.schedulefile.reading.quotesigns import curly

        return curly(self._line(node), node.span.line, node.span.column)

    def _line(self, node: Scalar) -> str:
        return self._lines[node.span.line]

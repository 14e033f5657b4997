"""What YAML can and this file does not: names for values, and tags. Nearly always a text that begins so is meant."""

from __future__ import annotations

import re

from publisher.schedulefile.reading.fault import SyntaxFault
from publisher.schedulefile.reading.quoting import in_quotes, quoted_value, value_at
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

_NAMED = re.compile(r"&\S+[ \t]*")
_TAG = re.compile(r"!![^\s,\]}]*[ \t]*")


def alias(line: str, span: Span, *, is_whole: bool = False) -> SyntaxFault:
    """``&name`` or ``*name``. What is merged into an entry can't be read at all.

    ``is_whole``: nothing follows, so that it is most likely a text.
    """
    named = None if is_whole else _NAMED.match(line, span.column)
    whole = Span(span.line, span.column, span.line, named.end() if named else span.column)
    detour: tuple[Replaced, ...] = (Replaced(whole, ""),)
    if named is None:
        value = value_at(line, span.column)
        detour = (Replaced(Span(span.line, span.column, span.line, span.column + len(value)), in_quotes(value)),)
    hint = sentence("Put it in quotes:  {line}", line=quoted_value(line, span.column))
    sign = line[span.column : span.column + 1]
    return SyntaxFault(
        "alias-used",
        sentence("In YAML “{sign}” names a value or repeats one, and this file has no such names.", sign=sign),
        sentence("{mend}   To repeat a value, write it out again.", mend=hint),
        span,
        detour=() if "<<:" in line[: span.column] else detour,
    )


def tag(line: str, span: Span, *, is_text: bool) -> SyntaxFault:
    """``!!timestamp``, or a text that begins with an exclamation mark."""
    if found := _TAG.match(line, span.column):
        whole = Span(span.line, span.column, span.line, found.end())
        return SyntaxFault(
            "bad-value",
            sentence("“{tag}” is a tag of YAML, and this file needs none.", tag=found[0].rstrip()),
            sentence("Delete it. `publisher fix` does it."),
            whole,
            mend=(Replaced(whole, ""),),
        )
    value = value_at(line, span.column)
    quoted = (Replaced(Span(span.line, span.column, span.line, span.column + len(value)), in_quotes(value)),)
    message = sentence("A value cannot begin with “{sign}”.", sign=line[span.column : span.column + 1])
    hint = sentence("Put it in quotes:  {line}", line=quoted_value(line, span.column))
    return SyntaxFault("needs-quotes", message, hint, span, mend=quoted if value and is_text else ())

"""The tags ``optional`` and ``shorten`` of templates: they write the marks of `publisher.render.marks`."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from publisher.render.marks import END, HIGHEST, LOWEST, OPTIONAL, SHORTEN


class Flexible(Extension):
    """The tags ``optional`` and ``shorten``."""

    tags = {"optional", "shorten"}  # noqa: RUF012  as Jinja declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The part between its marks; nothing else happens to it."""
        tag = next(parser.stream)
        opening = SHORTEN if tag.value == "shorten" else _opening(parser)
        body = parser.parse_statements((f"name:end{tag.value}",), drop_needle=True)
        return [_written(opening, tag.lineno), *body, _written(END, tag.lineno)]


def _opening(parser: Parser) -> str:
    order = LOWEST
    if parser.stream.current.type != "block_end":
        given = parser.stream.expect("integer")
        order = int(given.value)
        if not LOWEST <= order <= HIGHEST:
            parser.fail(f"optional parts have an order from {LOWEST} to {HIGHEST}, not {order}", given.lineno)
    return next(sign for sign, known in OPTIONAL.items() if known == order)


def _written(sign: str, line: int) -> nodes.Node:
    return nodes.Output([nodes.TemplateData(sign)]).set_lineno(line)

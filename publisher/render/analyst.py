"""What a template does with the facts of an event or a post: it shows them, or it looks closer.

A fact that is only shown, or asked whether it is there, can be another one without any part of the template running
that did not run before. So of the sources that have the same facts it is enough to render one: `publisher.render.alike`
groups them by what is found here. It is read off the syntax, without running anything, and on the safe side: what is
not known to be harmless counts as a closer look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from jinja2 import TemplateNotFound, nodes

from publisher.errors import TemplateBroken
from publisher.render.uses import Unfathomable, Uses
from publisher.render.walk import FileUses, Walk

_OTHERS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)

Parse: TypeAlias = Callable[[str], nodes.Template]
"""The syntax tree of a template file, by its name."""


class Analyst:
    """Reads templates, each file once. For as long as the files do not change."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._known: dict[str, FileUses | None] = {}

    def uses(self, *names: str) -> Uses | None:
        """What the template files do together; None when that can't be told.

        Raises what ``parse`` raises for one of these files; another one that is missing or broken may never be reached,
        so then nothing can be told.
        """
        for name in names:
            self._parse(name)
        together = Uses()
        try:
            for name in names:
                together.add(self._file(name).uses)
        except Unfathomable:
            return None
        return together

    def _file(self, name: str) -> FileUses:
        if name not in self._known:
            self._known[name] = None  # as long as it is being read: files that name each other can't be told
            try:
                tree = self._parse(name)
            except (TemplateBroken, TemplateNotFound):
                raise Unfathomable(name) from None
            found = list(tree.find_all((*_OTHERS, nodes.Macro)))
            others = [self._file(_name_of(other)) for other in found if isinstance(other, _OTHERS)]
            macros = [macro for macro in found if isinstance(macro, nodes.Macro)]
            self._known[name] = Walk(macros, others).file(tree)
        known = self._known[name]
        if known is None:
            raise Unfathomable(name)
        return known


def _name_of(other: nodes.Node) -> str:
    """The file that is included, imported or extended."""
    named = other.template  # type: ignore[attr-defined]  # all four kinds have it
    if not isinstance(named, nodes.Const) or not isinstance(named.value, str):
        raise Unfathomable("a file whose name is worked out")
    if isinstance(other, nodes.Import):
        raise Unfathomable("macros of a module")
    if isinstance(other, nodes.FromImport) and any(isinstance(name, tuple) for name in other.names):
        raise Unfathomable("macros under other names")
    return named.value
